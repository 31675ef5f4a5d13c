// Expects that a body is refused, and that the message says what a user needs to know.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "api/description/document.hpp"
#include "base/error.hpp"

namespace holdfast::api {

template <typename Work>
void expect_error(ErrorKind kind, const std::string& happened, Work&& work) {
    try {
        work();
        ADD_FAILURE() << "accepted; expected: " << happened;
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), kind) << error.what();
        EXPECT_EQ(error.happened(), happened);
    }
}

template <typename T>
void expect_xml_refused(const std::string& body, const std::string& happened) {
    expect_error(ErrorKind::invalid_input, happened, [&] { from_xml<T>(body); });
}

template <typename T>
void expect_json_refused(const std::string& body, const std::string& happened) {
    expect_error(ErrorKind::invalid_input, happened, [&] { from_json<T>(body); });
}

}  // namespace holdfast::api
