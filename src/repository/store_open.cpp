// Making and opening: keys and configuration.
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "repository/repository_errors.hpp"
#include "repository/sha256.hpp"
#include "repository/store.hpp"

namespace holdfast::repository {
namespace {

constexpr std::size_t max_keys_tried = 20;  // as restic: each costs half a second

struct FoundKey {
    MasterKey master;
    FileId id;
};

FoundKey find_key(Backend& backend, std::string_view password) {
    std::optional<Error> unreadable;
    std::size_t tried = 0;
    for (const auto& file : backend.list(FileType::key)) {
        if (++tried > max_keys_tried) break;
        FileName name{FileType::key, file.id};
        std::string subject = "The key file " + backend.describe(name);
        try {
            auto key = unlock(parse_key_file(load_whole_file(backend, name, max_key_file_size), subject),
                              password, subject);
            if (key) return {*key, file.id};
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::io || error.kind() == ErrorKind::unavailable) throw;
            unreadable = error;
        }
    }
    if (unreadable) throw *unreadable;
    if (tried == 0)
        throw Error(ErrorKind::corrupt, "The repository " + backend.describe() + " has no key file")
            .advise(
                "Without a file in its folder `keys` nobody can read it; restore that folder from a copy.");
    throw Error(ErrorKind::unauthenticated,
                "The password of the repository " + backend.describe() + " is wrong")
        .advise(
            "Give the password that the repository was made with, or one added later by `repository key "
            "add`.");
}

}  // namespace

std::shared_ptr<Store> Store::create(std::unique_ptr<Backend> backend, std::string_view password,
                                     const ScryptCost& cost, const Config& config) {
    if (password.empty())
        throw Error(ErrorKind::invalid_input, "A repository needs a password")
            .advise("Choose one that is not empty.");
    MasterKey key = MasterKey::random();
    std::string key_file = make_key_file(key, password, cost);
    auto key_id = id_of<FileId>(as_bytes(key_file));
    backend->save({FileType::key, key_id}, as_bytes(key_file));
    auto store = std::make_shared<Store>(std::move(backend), key, key_id, config);
    // Last: it is what makes the folder a repository.
    store->files_.save(FileType::config, encode(config));
    return store;
}

std::shared_ptr<Store> Store::open(std::unique_ptr<Backend> backend, std::string_view password) {
    FileName config_name{FileType::config, {}};
    if (!backend->size(config_name)) {
        RepositoryMissing error("There is no repository in " + backend->describe());
        error.advise("Check the path, or make a new repository there.");
        throw error;
    }
    FoundKey key = find_key(*backend, password);
    Config config;
    {
        Cipher cipher(key.master);
        config = parse_config(UnpackedFiles(*backend, cipher, 2).load(config_name),
                              "The repository's configuration " + backend->describe(config_name));
    }
    return std::make_shared<Store>(std::move(backend), key.master, key.id, config);
}

Store::Store(std::unique_ptr<Backend> backend, const MasterKey& key, const FileId& key_id, Config config)
    : backend_(std::move(backend)),
      cipher_(key),
      key_id_(key_id),
      config_(std::move(config)),
      files_(*backend_, cipher_, config_.version),
      index_(std::make_shared<BlobIndex>()) {}

}  // namespace holdfast::repository
