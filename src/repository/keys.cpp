#include "repository/keys.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "repository/json_fields.hpp"
#include "repository/sha256.hpp"

namespace holdfast::repository {
namespace {

// Who made it is not secret: it stands in the key file in the clear.
RepositoryKey read_description(Backend& backend, const StoredFile& file) {
    FileName name{FileType::key, file.id};
    std::string subject = "The key file " + backend.describe(name);
    Bytes text = load_whole_file(backend, name, max_key_file_size, file.size);
    JsonDocument document(text, subject);
    JsonFields fields(document.object(), subject);
    RepositoryKey key{.id = file.id.to_string()};
    auto created = parse_time(fields.string("created"));
    if (!created) fields.wrong("created", "is not a time");
    key.created = *created;
    key.hostname = fields.string_or_empty("hostname");
    key.username = fields.string_or_empty("username");
    return key;
}

bool opens(Backend& backend, const FileName& name, std::string_view password) {
    std::string subject = "The key file " + backend.describe(name);
    auto file = parse_key_file(load_whole_file(backend, name, max_key_file_size), subject);
    return unlock(file, password, subject).has_value();
}

}  // namespace

std::vector<RepositoryKey> list_keys(Store& store) {
    auto lock = store.lock_shared();
    std::vector<RepositoryKey> keys;
    for (const auto& file : store.backend().list(FileType::key)) {
        try {
            keys.push_back(read_description(store.backend(), file));
            keys.back().is_current = file.id == store.key_id();
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::io || error.kind() == ErrorKind::unavailable) throw;
            spdlog::warn("A key is left out: {}", error.what());
        }
    }
    std::ranges::sort(keys, {}, &RepositoryKey::created);
    return keys;
}

std::string add_key(Store& store, std::string_view password, const ScryptCost& cost) {
    if (password.empty())
        throw Error(ErrorKind::invalid_input, "A repository needs a password")
            .advise("Choose one that is not empty.");
    auto lock = store.lock_shared();
    auto file = make_key_file(store.master_key(), password, cost);
    FileName name{FileType::key, id_of<FileId>(as_bytes(file))};
    store.backend().save(name, as_bytes(file));
    // It may soon be the only one: it is opened as the next user will.
    if (!opens(store.backend(), name, password))
        throw Error(ErrorKind::internal, "The new key does not open with its password")
            .advise(
                "The memory or processor of this machine may be faulty. The other keys are as they were.");
    return name.id.to_string();
}

void remove_key(Store& store, const std::string& id) {
    auto file = FileId::parse(id);
    if (!file) throw Error(ErrorKind::invalid_input, "\"" + id + "\" is not the whole id of a key");
    if (*file == store.key_id())
        throw Error(ErrorKind::conflict, "The key " + id.substr(0, 8) + " is the one in use")
            .advise("Open the repository with another password to remove it.");
    auto lock = store.lock_exclusive();
    // Two users who remove each other's key must not leave the repository without any.
    if (!store.backend().size({FileType::key, store.key_id()}))
        throw Error(ErrorKind::conflict, "The key that opened the repository was removed meanwhile")
            .advise("No key was removed. Open the repository again.");
    lock->require_held();
    if (!store.backend().remove({FileType::key, *file}))
        throw Error(ErrorKind::not_found, "The repository has no key " + id.substr(0, 8));
}

}  // namespace holdfast::repository
