// What is kept as JSON inside of a row: described structs, with members that an older Holdfast did not write.
#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <string>

#include "base/error.hpp"

namespace holdfast::catalog {

// Lays what is stored over the defaults, so that a record of an older Holdfast gains members.
inline void overlay(boost::json::value& base, const boost::json::value& over) {
    if (!base.is_object() || !over.is_object()) {
        base = over;
        return;
    }
    for (const auto& member : over.as_object()) overlay(base.as_object()[member.key()], member.value());
}

template <typename T>
std::string to_stored_json(const T& record) {
    return boost::json::serialize(boost::json::value_from(record));
}

// corrupt, naming `what`, where the text is not what to_stored_json wrote.
template <typename T>
T from_stored_json(const std::string& text, const char* what) {
    try {
        auto value = boost::json::value_from(T());
        overlay(value, boost::json::parse(text));
        return boost::json::value_to<T>(value);
    } catch (const std::exception& error) {
        throw Error(ErrorKind::corrupt,
                    std::string(what) + " in the database cannot be read: " + error.what());
    }
}

}  // namespace holdfast::catalog
