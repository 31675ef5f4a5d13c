#include <gtest/gtest.h>

#include "api/description/document.hpp"
#include "api/types/service.hpp"

namespace holdfast::api {
namespace {

TEST(ServiceTypes, Task) {
    Task task;
    task.Href = "https://h/api/tasks/task-1";
    task.Type = "Task";
    task.Links = LinkList{Link("Delete", "https://h/api/tasks/task-1", "Task")};
    task.TaskId = "task-1";
    task.Operation = "StartJob";
    task.Result = TaskResultType{.Message = "Ok", .Success = true};
    puts(to_xml(task).c_str());
    puts(to_json(task).c_str());
    puts(to_json(from_xml<Task>(to_xml(task))).c_str());
    puts(to_xml(from_json<Task>(to_json(task))).c_str());
}

}  // namespace
}  // namespace holdfast::api
