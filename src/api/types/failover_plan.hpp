// Failover plans: which replicas take over, and in which order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/description/list.hpp"
#include "api/types/guest_processing.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

struct FailoveredVm : Resource {
    std::optional<std::string> FailoveredVmId;
    std::optional<std::string> HierarchyObjRef;
    std::optional<std::string> Name;
    std::optional<std::string> DisplayName;
    std::optional<std::int64_t> Order;
    std::optional<GuestProcessingOptionsType> GuestProcessingOptions;
};
struct FailoveredVms : List<FailoveredVm> {};

struct FailoverPlanInfoType {
    std::optional<FailoveredVms> Includes;
};

// Also the body of an edit, which sends only what it changes.
struct FailoverPlan : Entity {
    std::optional<std::string> Description;
    std::optional<FailoverPlanInfoType> FailoverPlanInfo;
};
struct FailoverPlans : List<FailoverPlan> {};

struct FailoverPlanManagementSpec {
    std::optional<bool> StartNow;
    std::optional<Timestamp> StartDate;
};

}  // namespace holdfast::api
