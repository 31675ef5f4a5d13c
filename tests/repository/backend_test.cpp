#include "backend_contract.hpp"
#include "base/file.hpp"
#include "memory_file_system.hpp"
#include "repository/local_backend.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST_P(BackendContract, WhatWasSavedIsFoundByAll) {
    auto backend = open();
    auto other = open();
    for (auto type : listed_types) {
        Bytes bytes = random_bytes(1000 + static_cast<std::size_t>(type), static_cast<unsigned>(type));
        auto name = name_for(type, bytes);
        EXPECT_EQ(backend->size(name), std::nullopt);
        backend->save(name, bytes);
        EXPECT_EQ(other->size(name), bytes.size());
        EXPECT_EQ(load(*other, name, 0, bytes.size()), bytes);
        EXPECT_EQ(load(*other, name, 990, 10), Bytes(bytes.begin() + 990, bytes.begin() + 1000));
        auto listed = other->list(type);
        ASSERT_THAT(listed, SizeIs(1));
        EXPECT_EQ(listed[0].id, name.id);
        EXPECT_EQ(listed[0].size, bytes.size());
        EXPECT_THAT(backend->describe(name), testing::HasSubstr(name.id.to_string()));
    }
}

TEST_P(BackendContract, SavingTwiceIsNoError) {
    auto backend = open();
    Bytes bytes = random_bytes(100, 1);
    auto name = name_for(FileType::pack, bytes);
    backend->save(name, bytes);
    backend->save(name, bytes);
    EXPECT_THAT(backend->list(FileType::pack), SizeIs(1));
}

TEST_P(BackendContract, ThereIsOneConfig) {
    auto backend = open();
    FileName config{FileType::config, {}};
    EXPECT_EQ(backend->size(config), std::nullopt);
    backend->save(config, random_bytes(50, 1));
    EXPECT_EQ(backend->size(config), 50u);
    EXPECT_EQ(error_of([&] { backend->save(config, random_bytes(60, 2)); }), ErrorKind::conflict);
    EXPECT_EQ(load(*backend, config, 0, 50), random_bytes(50, 1));
}

TEST_P(BackendContract, LoadingBeyondTheFileIsAnError) {
    auto backend = open();
    Bytes bytes = random_bytes(100, 1);
    auto name = name_for(FileType::pack, bytes);
    EXPECT_EQ(error_of([&] { load(*backend, name, 0, 1); }), ErrorKind::not_found);
    backend->save(name, bytes);
    EXPECT_EQ(error_of([&] { load(*backend, name, 99, 2); }), ErrorKind::corrupt);
    EXPECT_EQ(error_of([&] { load(*backend, name, 100, 0); }), std::nullopt);
}

TEST_P(BackendContract, RemovedIsGone) {
    auto backend = open();
    Bytes first = random_bytes(100, 1);
    Bytes second = random_bytes(100, 2);
    backend->save(name_for(FileType::index, first), first);
    backend->save(name_for(FileType::index, second), second);
    EXPECT_TRUE(backend->remove(name_for(FileType::index, first)));
    EXPECT_FALSE(backend->remove(name_for(FileType::index, first)));
    EXPECT_THAT(backend->list(FileType::index), SizeIs(1));
    backend->remove_all(FileType::index, {id_of<FileId>(first), id_of<FileId>(second)});
    EXPECT_THAT(backend->list(FileType::index), IsEmpty());
}

BackendFactory posix_backend() {
    auto folder = std::make_shared<TemporaryDirectory>(quick_folder());
    return {"local", [folder](const std::string& key) -> std::unique_ptr<Backend> {
                auto backend = std::make_unique<LocalBackend>(folder->path() / key, posix_file_system());
                if (!std::filesystem::exists(folder->path() / key)) backend->make_layout();
                return backend;
            }};
}

BackendFactory memory_backend() {
    auto drive = std::make_shared<MemoryDrive>();
    return {"memory", [drive](const std::string& key) -> std::unique_ptr<Backend> {
                auto backend =
                    std::make_unique<LocalBackend>("/" + key, std::make_unique<MemoryFileSystem>(drive));
                if (!drive->folders.contains("/" + key)) backend->make_layout();
                return backend;
            }};
}

INSTANTIATE_TEST_SUITE_P(All, BackendContract, testing::Values(posix_backend(), memory_backend()),
                         [](const auto& test) { return test.param.name; });

TEST(LocalBackend, IgnoresForeignAndUnfinishedFiles) {
    TemporaryDirectory folder{quick_folder()};
    LocalBackend backend(folder.path() / "repo", posix_file_system());
    backend.make_layout();
    std::string id(64, 'a');
    auto data = folder.path() / "repo/data/aa";
    write_file_durably(data / (id + "-tmp-12345"), as_bytes("half"), 0600);
    write_file_durably(data / "README", as_bytes("hello"), 0600);
    EXPECT_THAT(backend.list(FileType::pack), IsEmpty());
    backend.remove_unfinished();
    EXPECT_FALSE(std::filesystem::exists(data / (id + "-tmp-12345")));
    EXPECT_TRUE(std::filesystem::exists(data / "README"));
}

TEST(LocalBackend, AFailedSaveLeavesNothing) {
    Bytes bytes = random_bytes(100, 1);
    FileName name{FileType::snapshot, id_of<FileId>(bytes)};
    for (std::uint64_t step = 1; step <= 3; ++step) {
        auto drive = std::make_shared<MemoryDrive>();
        LocalBackend backend("/repo", std::make_unique<MemoryFileSystem>(drive));
        backend.make_layout();
        drive->plan_failure(step, Fault::error);
        EXPECT_EQ(error_of([&] { backend.save(name, bytes); }), ErrorKind::io) << "step " << step;
        EXPECT_THAT(drive->files, IsEmpty()) << "step " << step;
    }
}

TEST(LocalBackend, ARepositoryThatIsGoneIsNotBegunAnew) {
    TemporaryDirectory folder{quick_folder()};
    auto place = folder.path() / "repo";
    LocalBackend backend(place, posix_file_system());
    backend.make_layout();
    Bytes bytes = random_bytes(100, 1);
    FileName name{FileType::lock, id_of<FileId>(bytes)};
    backend.save({FileType::config, {}}, bytes);
    std::filesystem::remove(place / "locks");
    backend.save(name, bytes);
    EXPECT_EQ(backend.size(name), 100u);

    std::filesystem::rename(place, folder.path() / "elsewhere");
    EXPECT_EQ(error_of([&] { backend.save(name, bytes); }), ErrorKind::unavailable);
    EXPECT_FALSE(std::filesystem::exists(place));
}

TEST(LocalBackend, WhatWasSavedSurvivesAPowerCut) {
    auto drive = std::make_shared<MemoryDrive>();
    LocalBackend backend("/repo", std::make_unique<MemoryFileSystem>(drive));
    backend.make_layout();
    Bytes bytes = random_bytes(100, 1);
    FileName name{FileType::pack, id_of<FileId>(bytes)};
    backend.save(name, bytes);
    drive->plan_failure(1, Fault::power_cut);
    drive->restart();
    EXPECT_EQ(backend.size(name), 100u);
    backend.remove(name);
    drive->plan_failure(1, Fault::power_cut);
    drive->restart();
    EXPECT_EQ(backend.size(name), std::nullopt);
}

}  // namespace
}  // namespace holdfast::repository
