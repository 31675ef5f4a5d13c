// What every operation takes and gives back: the types of its request body and of its answer. Handlers are
// not asked for it; the tests hold them to it.
#pragma once

#include <string_view>
#include <vector>

#include "api/description/shape.hpp"

namespace holdfast::api {

struct OperationForm {
    std::string_view method;
    std::string_view path;
    std::string_view action;

    const Shape* body = nullptr;  // null: none is read
    bool needs_body = false;

    int status = 200;               // where all goes well; 501 where it always refuses
    const Shape* answer = nullptr;  // null: another media type, or nothing
    std::string_view media_type{};  // of an answer that is no document of the API
    bool has_references = false;    // the answer only where ?format=Entity asks for it, references without
    bool has_pages = false;         // takes pageSize and page
    bool is_filtered = false;       // takes filter, sortAsc and sortDesc
};

// Of EM's operations, built here or not, and of those that Holdfast adds.
const std::vector<OperationForm>& operation_forms();

// Throws internal where the table lacks the operation.
const OperationForm& form_of(std::string_view method, std::string_view path, std::string_view action);

}  // namespace holdfast::api
