#include "api/resources/task_routes.hpp"

#include <fmt/format.h>

#include <charconv>

#include "api/resources/handler.hpp"

namespace holdfast::api {
namespace {

// EM's words, by which clients know it; not EM's status 500, since nothing went wrong here.
Error unknown_task(const std::string& text) {
    return Error(ErrorKind::not_found,
                 fmt::format("There is no backup task with id [{}] in current rest session", text));
}

int task_number(const Call& call) {
    std::string_view text = call.text();
    auto digits = text.starts_with("task-") ? text.substr(5) : text;
    int number = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) throw unknown_task(call.text());
    return number;
}

Answer list_tasks(const Services& services, const Call& call) {
    return list_of<Tasks>(services, call, catalog::task_source(), selection_of_tasks(services, call),
                          [](const catalog::TaskRecord& record, Site& site) {
                              return represent(to_view(record), site.links());
                          });
}

Answer get_task(const Services& services, const Call& call) {
    auto task = services.tasks.find(services.viewer(call).account, task_number(call));
    if (!task) throw unknown_task(call.text());
    return ok(represent(*task, call.links()));
}

Answer delete_task(const Services& services, const Call& call) {
    if (!services.tasks.remove(services.viewer(call).account, task_number(call)))
        throw unknown_task(call.text());
    return no_content();
}

}  // namespace

catalog::Selection selection_of_tasks(const Services& services, const Call& call) {
    auto selection = services.selection(call);
    selection.inside.emplace("logon session", services.session_key(call));
    return selection;
}

Task represent(const TaskView& view, const LinkBuilder& links) {
    Task task;
    auto id = fmt::format("task-{}", view.number);
    auto path = "/tasks/" + id;
    task.Href = links.href(path);
    task.Type = "Task";
    task.TaskId = id;
    task.Operation = view.operation;
    task.Links = LinkList{links.link("Delete", path, "Task")};
    if (!view.is_finished) return task;
    for (const auto& link : view.links)
        task.Links->push_back(links.link(link.rel, link.path, link.type, link.name));
    task.State = TaskState::Finished;
    task.Result.emplace();
    task.Result->Message = view.message;
    task.Result->Success = view.succeeded;
    return task;
}

std::vector<Route> task_routes(const Services& services) {
    auto bound = [&](auto handler) { return bind_handler(services, handler); };
    return {
        {.method = "GET", .path = "/tasks", .callers = Callers::any_account(), .handler = bound(list_tasks)},
        {.method = "GET",
         .path = "/tasks/{ID}",
         .callers = Callers::any_account(),
         .handler = bound(get_task)},
        {.method = "DELETE",
         .path = "/tasks/{ID}",
         .callers = Callers::any_account(),
         .handler = bound(delete_task)},
    };
}

}  // namespace holdfast::api
