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

// The tasks of the caller's logon session: nobody sees those of another.
catalog::Selection selection_of_tasks(const Services& services, const Call& call);

// The link to delete it stands first: clients take the first link for the task's own address.
Task represent(const TaskView& task, const LinkBuilder& links);

}  // namespace holdfast::api
