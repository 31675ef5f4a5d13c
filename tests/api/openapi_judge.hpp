// What real validators say of an OpenAPI document and of values that its schemas are for (check_openapi.py).
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>

#include "base/file.hpp"
#include "base/process.hpp"

namespace holdfast::api {

// `cases` are as check_openapi.py wants them.
inline void expect_valid(const std::string& document, const boost::json::array& cases) {
    const TemporaryDirectory folder;
    const auto document_file = folder.path() / "openapi.json";
    const auto cases_file = folder.path() / "cases.json";
    std::ofstream(document_file, std::ios::binary) << document;
    std::ofstream(cases_file, std::ios::binary) << boost::json::serialize(cases);
    EXPECT_NO_THROW(run_command({HOLDFAST_TESTS_DIR "/api/check_openapi.py", document_file, cases_file},
                                std::chrono::seconds(120)));
}

}  // namespace holdfast::api
