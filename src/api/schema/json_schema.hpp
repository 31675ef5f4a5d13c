// How the types look in JSON, as JSON Schema (2020-12): the part of the OpenAPI document that RestAPI.xsd is
// for XML. Made from the same descriptions as the readers and writers, so that they cannot disagree.
#pragma once

#include <boost/json/fwd.hpp>
#include <map>
#include <memory>
#include <string>

#include "api/description/shape.hpp"

namespace holdfast::api {

// The form of an answer has every member, null where there is nothing. The form of a request body may leave
// out what is optional; its name ends in "Input".
enum class SchemaUse { answer, request };

// Schemas that refer to each other as "#/components/schemas/<name>".
class JsonSchemas {
  public:
    JsonSchemas();
    ~JsonSchemas();

    // "Job", "JobInput": by which a structure or an enumeration is known among the definitions.
    static std::string name_of(const Shape& shape, SchemaUse use);

    // The schema of the type by reference. It and all that it is made of are among definitions() from then
    // on. Throws internal for two types of one name.
    boost::json::object refer_to(const Shape& shape, SchemaUse use);

    // All that is referred to, by name.
    boost::json::object definitions() const;

  private:
    struct Definition;

    boost::json::object schema_of(const Shape& shape, SchemaUse use);
    boost::json::object define(const Shape& shape, SchemaUse use);
    boost::json::object structure(const Shape& shape, SchemaUse use);
    boost::json::object choice(const Shape& shape, SchemaUse use);
    boost::json::object alternative(const Shape& shape, const Field* chosen, SchemaUse use);
    boost::json::object member(const Field& field, SchemaUse use);

    std::map<std::string, std::unique_ptr<Definition>> definitions_;
};

}  // namespace holdfast::api
