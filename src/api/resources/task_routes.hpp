// GET and DELETE /tasks.
#pragma once

#include <vector>

#include "api/routing/link_builder.hpp"
#include "api/routing/route.hpp"
#include "api/tasks/task_runner.hpp"
#include "api/types/service.hpp"
#include "catalog/selection.hpp"

namespace holdfast::api {

class Call;
struct Services;

std::vector<Route> task_routes(const Services& services);

// The tasks that the caller's logon session began, as EM lists them. By its number any task of the account is
// found.
catalog::Selection selection_of_tasks(const Services& services, const Call& call);

// The link to delete it stands first: clients take the first link for the task's own address.
Task represent(const TaskView& task, const LinkBuilder& links);

}  // namespace holdfast::api
