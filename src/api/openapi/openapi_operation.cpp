#include "api/openapi/openapi_operation.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "api/openapi/openapi_path.hpp"
#include "api/openapi/operation_forms.hpp"
#include "api/openapi/request_parameters.hpp"
#include "api/routing/credentials.hpp"
#include "api/routing/table_text.hpp"
#include "api/types/service.hpp"

namespace holdfast::api {
namespace {

namespace json = boost::json;

using Shapes = std::vector<const Shape*>;

void add_once(Shapes& shapes, const Shape* shape) {
    if (shape != nullptr && std::ranges::find(shapes, shape) == shapes.end()) shapes.push_back(shape);
}

// All that an operation may answer where all goes well.
Shapes answers_of(const OperationForm& form) {
    Shapes shapes;
    if (form.has_references && form.answer->style == Style::list)
        add_once(shapes, &shape_of<EntityReferences>());
    else if (form.has_references)
        add_once(shapes, &shape_of<EntityRef>());
    add_once(shapes, form.answer);
    return shapes;
}

json::array roles_of(const Callers& callers) {
    json::array names;
    for (AccountRole role : all_roles)
        if (callers.allows({role})) names.emplace_back(to_string(role));
    return names;
}

json::object reference(std::string_view kind, std::string_view name) {
    return {{"$ref", "#/components/" + std::string(kind) + "/" + std::string(name)}};
}

std::string_view meaning_of(int status) {
    switch (status) {
        case 201:
            return "It was made.";
        case 202:
            return "It was accepted; a task tells what becomes of it.";
        case 204:
            return "It was done.";
        case 206:
            return "The part that the header Range asks for.";
        default:
            return "What was asked for.";
    }
}

class OperationWriter {
  public:
    OperationWriter(const std::vector<OperationRow>& rows, JsonSchemas& schemas)
        : rows_(rows), first_(rows.front()), schemas_(schemas) {
        for (const auto& row : rows_)
            if (row.is_built) forms_.push_back(&form_of(row.method, row.path, row.action));
    }

    json::object write() {
        json::object operation{{"operationId", operation_id(first_.method, first_.path)}, {"tags", tags()}};
        if (!needs_session())
            operation["security"] = is_logon() ? json::array{{{"basic", json::array()}}} : json::array();
        else
            operation["x-roles"] = all_roles_of_rows();
        if (forms_.empty()) operation["x-not-built"] = true;
        if (!first_.none_of.empty()) operation["x-none-here"] = first_.none_of;
        if (has_actions()) operation["x-actions"] = actions();
        if (auto list = parameters(); !list.empty()) operation["parameters"] = std::move(list);
        if (auto body = request_body(); !body.empty()) operation["requestBody"] = std::move(body);
        operation["responses"] = responses();
        return operation;
    }

  private:
    bool needs_session() const { return first_.callers.needs_session(); }
    bool is_logon() const { return first_.path == "/sessionMngr"; }
    bool has_entity_tag() const { return first_.is_of_one_resource && first_.method == "GET"; }
    // What would make something of a family of which there is nothing.
    bool makes_nothing() const { return !first_.none_of.empty() && first_.method == "POST"; }
    bool has_actions() const {
        return std::ranges::any_of(rows_, [](const auto& row) { return !row.action.empty(); });
    }
    bool any_form(bool OperationForm::* has) const {
        return std::ranges::any_of(forms_, [has](const auto* form) { return form->*has; });
    }

    // The family that it belongs to, by the beginning of its path.
    json::array tags() const {
        std::string_view path = first_.path.substr(1);
        const auto tag = next_word(path, '/');
        return {tag.empty() ? "api" : tag};
    }

    json::array all_roles_of_rows() const {
        json::array names;
        for (AccountRole role : all_roles)
            if (std::ranges::any_of(rows_, [&](const auto& row) { return row.callers.allows({role}); }))
                names.emplace_back(to_string(role));
        return names;
    }

    // What each action is for itself: the operation as a whole can say only what all of them may do.
    json::object actions() const {
        json::object described;
        for (const auto& row : rows_) {
            json::object action{{"roles", roles_of(row.callers)}};
            if (row.is_built)
                describe(form_of(row.method, row.path, row.action), action);
            else
                action["not-built"] = true;
            described[row.action] = std::move(action);
        }
        return described;
    }

    static void describe(const OperationForm& form, json::object& action) {
        if (form.body != nullptr) action["body"] = JsonSchemas::name_of(*form.body, SchemaUse::request);
        action["status"] = form.status;
        json::array answers;
        for (const Shape* shape : answers_of(form))
            answers.emplace_back(JsonSchemas::name_of(*shape, SchemaUse::answer));
        if (!form.media_type.empty()) answers.emplace_back(form.media_type);
        if (!answers.empty()) action["answers"] = std::move(answers);
    }

    json::array parameters() const {
        json::array all;
        for (const auto& name : openapi_path(first_.path).parameters) all.push_back(path_parameter(name));
        if (has_actions()) all.push_back(action_parameter());
        if (any_form(&OperationForm::has_references)) all.push_back(reference("parameters", "format"));
        if (any_form(&OperationForm::has_pages))
            for (auto name : {"pageSize", "page"}) all.push_back(reference("parameters", name));
        if (any_form(&OperationForm::is_filtered))
            for (auto name : {"filter", "sortAsc", "sortDesc", "asOf"})
                all.push_back(reference("parameters", name));
        if (has_entity_tag()) all.push_back(reference("parameters", "ifNoneMatch"));
        if (first_.is_of_one_resource && first_.method != "GET")
            all.push_back(reference("parameters", "ifMatch"));
        if (first_.method == "POST" && needs_session() && !first_.tells_secret)
            all.push_back(reference("parameters", "idempotencyKey"));
        for (auto& own : own_parameters(first_.path)) all.push_back(own);
        return all;
    }

    static json::object path_parameter(const std::string& name) {
        json::object parameter{
            {"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}};
        if (name == "filepath")
            parameter["description"] =
                "A path of one or more segments, with slashes between them as they are.";
        return parameter;
    }

    json::object action_parameter() const {
        json::array words;
        bool is_required = true;
        for (const auto& row : rows_)
            if (row.action.empty())
                is_required = false;
            else
                words.emplace_back(row.action);
        return {{"name", "action"},
                {"in", "query"},
                {"required", is_required},
                {"description", "What to do; x-actions tells what each action takes and answers."},
                {"schema", {{"type", "string"}, {"enum", std::move(words)}}}};
    }

    json::object request_body() {
        Shapes shapes;
        bool is_required = true;
        for (const auto* form : forms_) {
            add_once(shapes, form->body);
            is_required = is_required && form->needs_body;
        }
        if (shapes.empty()) return {};
        return {{"required", is_required}, {"content", content(shapes, SchemaUse::request)}};
    }

    // The same documents in the two forms of the wire.
    json::object content(const Shapes& shapes, SchemaUse use) {
        json::array references;
        json::array elements;
        for (const Shape* shape : shapes) {
            references.push_back(schemas_.refer_to(*shape, use));
            elements.emplace_back(shape->root);
        }
        json::object schema;
        if (references.size() == 1)
            schema = references.front().as_object();
        else
            schema["anyOf"] = std::move(references);
        return {{"application/json", {{"schema", std::move(schema)}}},
                {"application/xml", {{"x-xsd-elements", std::move(elements)}}}};
    }

    json::object responses() {
        std::map<int, std::vector<const OperationForm*>> by_status;
        bool refuses = forms_.size() < rows_.size() || makes_nothing();
        for (const auto* form : forms_) {
            refuses = refuses || form->status == 501;
            if (form->status == 501) continue;
            by_status[form->status].push_back(form);
            if (is_download(*form)) by_status[206].push_back(form);
        }
        json::object all;
        if (has_entity_tag()) all["304"] = json::object{{"description", "The client has it already."}};
        for (const auto& [status, forms] : by_status) all[std::to_string(status)] = response(status, forms);
        if (needs_session() || is_logon()) all["401"] = reference("responses", "Unauthenticated");
        if (needs_session()) all["403"] = reference("responses", "Forbidden");
        if (first_.path.find('{') != std::string_view::npos) all["404"] = reference("responses", "NotFound");
        if (refuses) all["501"] = reference("responses", "NotBuilt");
        all["default"] = reference("responses", "Failure");
        return all;
    }

    static bool is_download(const OperationForm& form) {
        return form.media_type == "application/octet-stream";
    }

    json::object response(int status, const std::vector<const OperationForm*>& forms) {
        Shapes shapes;
        for (const auto* form : forms)
            if (status != 206)
                for (const Shape* shape : answers_of(*form)) add_once(shapes, shape);
        json::object made{{"description", meaning_of(status)}};
        json::object bodies;
        if (!shapes.empty()) bodies = content(shapes, SchemaUse::answer);
        for (const auto* form : forms)
            if (!form->media_type.empty()) bodies[form->media_type] = json::object();
        if (!bodies.empty()) made["content"] = std::move(bodies);
        if (is_logon()) made["headers"] = header(session_header, "The token of the session, for requests.");
        if (has_entity_tag()) made["headers"] = header("ETag", "For If-None-Match and If-Match.");
        return made;
    }

    static json::object header(std::string_view name, std::string_view description) {
        return {{name, {{"description", description}, {"schema", {{"type", "string"}}}}}};
    }

    const std::vector<OperationRow>& rows_;
    const OperationRow& first_;
    JsonSchemas& schemas_;
    std::vector<const OperationForm*> forms_;  // of the rows that are built
};

}  // namespace

json::object openapi_operation(const std::vector<OperationRow>& rows, JsonSchemas& schemas) {
    return OperationWriter(rows, schemas).write();
}

}  // namespace holdfast::api
