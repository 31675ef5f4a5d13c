// Bodies that are well-formed and yet not what a type describes, made from its description: for every member
// one at a time.
#pragma once

#include <string>
#include <vector>

#include "api/description/shape.hpp"

namespace holdfast::api {

struct WrongBody {
    std::string text;
    std::string told;  // what a refusal must say at least
};

// Each member, however deep, with a value of another kind. Nothing else is in the body.
std::vector<WrongBody> with_wrong_types(const Shape& root, Wire wire);

// Everything that must be there but one member of the outermost type.
std::vector<WrongBody> without_required(const Shape& root, Wire wire);

// XML with everything in it, of which two elements have changed places; empty where no element has two
// different ones.
std::vector<WrongBody> out_of_order(const Shape& root);

}  // namespace holdfast::api
