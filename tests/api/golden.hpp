// Texts that must stay as they are, unless somebody means to change them. HOLDFAST_WRITE_GOLDEN=1 writes them
// anew; look at the difference before you commit it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/file.hpp"

namespace holdfast::api {

inline void compare_with_golden(const std::string& name, const std::string& text) {
    const std::filesystem::path folder = HOLDFAST_TESTS_DIR "/api/golden";
    const auto path = folder / name;
    if (std::getenv("HOLDFAST_WRITE_GOLDEN") != nullptr) {
        std::filesystem::create_directories(folder);
        std::ofstream(path, std::ios::binary) << text << '\n';
    }
    ASSERT_TRUE(std::filesystem::exists(path))
        << path << " is missing; write it with HOLDFAST_WRITE_GOLDEN=1";
    EXPECT_EQ(read_file(path, 8 << 20), text + '\n') << name;
}

}  // namespace holdfast::api
