// The suite that every Backend passes. A new one adds a factory to backend_test.cpp.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "error_of.hpp"
#include "repository/backend.hpp"
#include "repository/sha256.hpp"

namespace holdfast::repository {

struct BackendFactory {
    std::string name;
    // An empty repository's storage. Called again with the same key, it gives a second view of the same
    // storage.
    std::function<std::unique_ptr<Backend>(const std::string& key)> open;
};

class BackendContract : public testing::TestWithParam<BackendFactory> {
  protected:
    std::unique_ptr<Backend> open() const {
        return GetParam().open(testing::UnitTest::GetInstance()->current_test_info()->name());
    }
    static FileName name_for(FileType type, ByteView bytes) { return {type, id_of<FileId>(bytes)}; }
    static Bytes load(Backend& backend, const FileName& name, std::uint64_t offset, std::size_t size) {
        Bytes bytes(size);
        backend.load(name, offset, bytes);
        return bytes;
    }
};

constexpr FileType listed_types[] = {FileType::pack, FileType::key, FileType::lock, FileType::snapshot,
                                     FileType::index};

}  // namespace holdfast::repository
