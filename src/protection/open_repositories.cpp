#include "protection/open_repositories.hpp"

#include <variant>

#include "base/error.hpp"
#include "repository/repository_url.hpp"

namespace holdfast::protection {
namespace {

catalog::Repository find_record(catalog::Repositories& records, const Uuid& id) {
    auto record = records.find(id);
    if (!record) throw Error(ErrorKind::not_found, "There is no repository " + id.to_string());
    return *record;
}

}  // namespace

std::shared_ptr<repository::Repository> OpenRepositories::open(const Uuid& id) {
    {
        std::lock_guard lock(mutex_);
        if (auto found = repositories_.find(id); found != repositories_.end()) return found->second;
    }
    auto record = find_record(records_, id);
    auto opened = with_context("opening the repository " + record.name, [&] {
        return repository::Repository::open(
            record.path,
            environment_.secrets.unseal(catalog::Repository::secret_name(record.id), record.sealed_password));
    });
    if (opened->id() != record.restic_id)
        throw Error(ErrorKind::conflict, "The folder " + record.path +
                                             " holds another repository than the one that was added as " +
                                             record.name)
            .advise("Mount the right storage there, or remove the repository and add it again.");
    std::lock_guard lock(mutex_);
    return repositories_.try_emplace(id, std::move(opened)).first->second;
}

std::string OpenRepositories::password(const Uuid& id) {
    auto record = find_record(records_, id);
    return environment_.secrets.unseal(catalog::Repository::secret_name(id), record.sealed_password);
}

std::shared_ptr<repository::Repository> OpenRepositories::use_password(const Uuid& id,
                                                                       const std::string& password) {
    auto record = find_record(records_, id);
    std::shared_ptr<repository::Repository> opened = repository::Repository::open(record.path, password);
    records_.set_password(id, environment_.secrets.seal(catalog::Repository::secret_name(id), password));
    std::lock_guard lock(mutex_);
    repositories_.insert_or_assign(id, opened);
    return opened;
}

std::string OpenRepositories::check_path(const std::string& path) {
    auto address = repository::parse_repository_url(path);
    // The path is in the catalog and in lists for all who may read them.
    if (repository::has_password(path))
        throw Error(
            ErrorKind::invalid_input,
            "The repository's address " + repository::without_password(path) + " has a password in it")
            .advise("Give it to rclone's configuration, and name that remote: rclone:remote:path.");
    auto* local = std::get_if<repository::LocalAddress>(&address);
    if (local == nullptr) return path;
    if (!local->folder.is_absolute())
        throw Error(ErrorKind::invalid_input, "The path " + path + " of the repository is not absolute")
            .advise("Write it from the root: /srv/backup.");
    auto folder = local->folder.lexically_normal();
    return folder.has_filename() ? folder : folder.parent_path();
}

catalog::Repository OpenRepositories::add(const std::string& name, const std::string& description,
                                          const std::string& path, const std::string& password) {
    auto url = check_path(path);
    auto opened = repository::Repository::exists(url) ? repository::Repository::open(url, password)
                                                      : repository::Repository::create(url, password);
    auto statistics = opened->statistics();
    catalog::Repository record;
    record.id = Uuid::random();
    record.name = name;
    record.description = description;
    record.path = url;
    record.restic_id = opened->id();
    record.sealed_password = environment_.secrets.seal(catalog::Repository::secret_name(record.id), password);
    record.capacity = static_cast<std::int64_t>(statistics.capacity_bytes);
    record.free_space = static_cast<std::int64_t>(statistics.free_bytes);
    records_.add(record);
    std::lock_guard lock(mutex_);
    repositories_[record.id] = std::move(opened);
    return record;
}

void OpenRepositories::remove(const Uuid& id) {
    records_.remove(id);
    std::lock_guard lock(mutex_);
    repositories_.erase(id);
}

std::shared_ptr<std::shared_mutex> OpenRepositories::gate(const Uuid& id) {
    std::lock_guard lock(mutex_);
    auto& gate = gates_[id];
    if (!gate) gate = std::make_shared<std::shared_mutex>();
    return gate;
}

void OpenRepositories::refresh_space(const Uuid& id) {
    auto statistics = open(id)->statistics();
    records_.update_space(id, static_cast<std::int64_t>(statistics.capacity_bytes),
                          static_cast<std::int64_t>(statistics.free_bytes));
}

}  // namespace holdfast::protection
