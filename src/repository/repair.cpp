// Safe against a crash at every point: what is copied is durable before the new indexes name it, and those
// are durable before the old ones go. Breaking off leaves the damage as it was, told twice at most.
#include "repository/repair.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/cancellation.hpp"
#include "repository/index_file_writer.hpp"
#include "repository/pack_check.hpp"
#include "repository/pack_writer.hpp"
#include "repository/parallel.hpp"
#include "repository/snapshot_check.hpp"

namespace holdfast::repository {
namespace {

// What the pack's own header tells of it. Throws corrupt where that is damaged or not the whole truth.
std::vector<PackedBlob> read_header(Store& store, const FileName& name, std::uint64_t file_size) {
    constexpr std::uint64_t usual_size = 64 << 10;
    std::string subject = "The pack file " + store.backend().describe(name);
    Bytes end(std::min(file_size, usual_size));
    store.backend().load(name, file_size - end.size(), end);
    auto length = parse_pack_header_length(ByteView(end).last(std::min<std::size_t>(4, end.size())),
                                           file_size, subject);
    if (length + 4 > end.size()) {
        end.resize(length + 4);
        store.backend().load(name, file_size - end.size(), end);
    }
    ByteView sealed = ByteView(end).last(length + 4).first(length);
    auto blobs = parse_pack_header(store.cipher().open(sealed, subject), subject);
    std::uint64_t content = blobs.empty() ? 0 : std::uint64_t(blobs.back().offset) + blobs.back().length;
    if (content + length + 4 != file_size)
        throw Error(ErrorKind::corrupt, subject + " is damaged: its header is of a pack of another size");
    return blobs;
}

class Repair {
  public:
    Repair(std::shared_ptr<Store> store, Progress& progress, const std::stop_token& stop)
        : store_(std::move(store)), progress_(progress), stop_(stop), lock_(store_->lock_exclusive()) {}

    CheckResult run(CheckDepth depth) {
        auto snapshots = store_->backend().list(FileType::snapshot);
        for (const auto& file : store_->backend().list(FileType::index)) load_old_index(file.id);
        for (const auto& file : store_->backend().list(FileType::pack))
            sizes_[PackId(file.id.bytes())] = file.size;
        read_headers();
        if (depth == CheckDepth::all_data) read_packs();
        auto copied = copy_sound_blobs();
        write_indexes(std::move(copied));
        tell_lost_blobs();
        SnapshotCheck check(*store_, *index_, std::vector<bool>(index_->size()), problems_, stop_);
        for (const auto& file : snapshots) check.check(SnapshotId(file.id.bytes()));
        result_.problems = problems_.take();
        return std::move(result_);
    }

  private:
    FileName name_of(const PackId& id) const { return {FileType::pack, FileId(id.bytes())}; }
    std::string describe(const PackId& id) const {
        return "the pack file " + store_->backend().describe(name_of(id));
    }

    void load_old_index(const FileId& id) {
        throw_if_stopped(stop_);
        old_files_.push_back(id);
        FileName name{FileType::index, id};
        try {
            for (const auto& pack : parse_index(store_->files().load(name),
                                                "The index file " + store_->backend().describe(name)))
                old_.add(pack.id, pack.blobs);
        } catch (const Error& error) {
            if (!is_damage(error)) throw;
            spdlog::warn("{}; the packs themselves tell what was in it", error.happened());
        }
    }

    // Sorts the packs into those whose header is sound and those that are damaged.
    void read_headers() {
        std::vector<std::pair<PackId, std::uint64_t>> files(sizes_.begin(), sizes_.end());
        for (const auto& [id, size] : files) progress_.total_bytes += size;
        for_each_parallel(files.size(), worker_count(), stop_, [&](std::size_t i) {
            const auto& [id, size] = files[i];
            std::optional<std::vector<PackedBlob>> blobs;
            try {
                blobs = read_header(*store_, name_of(id), size);
            } catch (const Error& error) {
                if (!is_damage(error)) throw;
                spdlog::warn("{}", error.happened());
            }
            progress_.processed_bytes += size;
            std::lock_guard guard(mutex_);
            if (blobs)
                headers_.add(id, *blobs);
            else
                damaged_[id];
        });
        PackList known(old_);
        for (std::size_t i = 0; i < known.size(); ++i)
            if (auto pack = damaged_.find(known[i].id); pack != damaged_.end())
                for (auto position : known[i].blobs) pack->second.push_back(old_.at(position).blob);
        for (const auto& [id, blobs] : damaged_)
            if (blobs.empty())
                problems_.add("The header of " + describe(id) +
                              " is damaged, and no index knows what it held");
    }

    void read_packs() {
        PackList packs(headers_);
        for (std::size_t i = 0; i < packs.size(); ++i) progress_.total_bytes += sizes_.at(packs[i].id);
        for_each_parallel(packs.size(), worker_count(), stop_, [&](std::size_t i) {
            auto pack = packs[i];
            auto check = check_pack(*store_, headers_, pack, sizes_.at(pack.id));
            progress_.processed_bytes += sizes_.at(pack.id);
            progress_.read_bytes += sizes_.at(pack.id);
            if (check.problems.empty()) return;
            std::lock_guard guard(mutex_);
            for (const auto& problem : check.problems) spdlog::warn("{}", problem);
            for (auto position : pack.blobs) damaged_[pack.id].push_back(headers_.at(position).blob);
        });
    }

    // Out of damaged packs into new ones, so that whoever reads the packs by their headers finds them sound.
    std::vector<IndexedPack> copy_sound_blobs() {
        PackWriter writer(store_, index_, IndexWriting::by_caller);
        for (const auto& [id, blobs] : damaged_) {
            throw_if_stopped(stop_);
            std::size_t sound = 0;
            for (const auto& blob : blobs)
                if (copy_if_sound(id, blob, writer)) ++sound;
            spdlog::warn("{} of {} blobs were brought over from {}", sound, blobs.size(), describe(id));
        }
        return writer.finish();
    }

    bool copy_if_sound(const PackId& pack, const PackedBlob& blob, PackWriter& writer) {
        Bytes sealed;
        try {
            if (std::uint64_t(blob.offset) + blob.length > sizes_.at(pack)) return false;
            sealed.resize(blob.length);
            store_->backend().load(name_of(pack), blob.offset, sealed);
            store_->open_blob(sealed, {pack, blob});
        } catch (const Error& error) {
            if (!is_damage(error)) throw;
            return false;
        }
        writer.add(blob, sealed);
        return true;
    }

    void write_indexes(std::vector<IndexedPack> copied) {
        IndexFileWriter files(store_->files());
        auto add = [&](IndexedPack pack) {
            index_->add(pack.id, pack.blobs);
            ++result_.checked_packs;
            result_.checked_blobs += pack.blobs.size();
            files.add(std::move(pack));
        };
        lock_->require_held();
        for (auto& pack : copied) add(std::move(pack));
        PackList packs(headers_);
        for (std::size_t i = 0; i < packs.size(); ++i) {
            auto listed = packs[i];
            if (damaged_.contains(listed.id)) continue;
            IndexedPack pack{.id = listed.id, .blobs = {}};
            for (auto position : listed.blobs) pack.blobs.push_back(headers_.at(position).blob);
            add(std::move(pack));
        }
        files.finish();
        throw_if_stopped(stop_);
        lock_->require_held();
        store_->backend().remove_all(FileType::index, old_files_);
    }

    void tell_lost_blobs() {
        std::map<PackId, std::size_t> lost;
        auto count_lost = [&](const PackId& pack, const PackedBlob& blob) {
            if (!index_->contains(blob.type, blob.id)) ++lost[pack];
        };
        for (BlobIndex::Position i = 0; i < old_.size(); ++i) {
            auto location = old_.at(i);
            if (!damaged_.contains(location.pack)) count_lost(location.pack, location.blob);
        }
        for (const auto& [id, blobs] : damaged_)
            for (const auto& blob : blobs) count_lost(id, blob);
        for (const auto& [id, count] : lost)
            problems_.add("Of " + describe(id) + (sizes_.contains(id) ? "" : ", which is missing,") + " " +
                          std::to_string(count) + (count == 1 ? " blob is lost" : " blobs are lost"));
    }

    const std::shared_ptr<Store> store_;
    Progress& progress_;
    const std::stop_token& stop_;
    const std::shared_ptr<RepositoryLock> lock_;
    std::vector<FileId> old_files_;
    BlobIndex old_;                                    // what the old indexes knew
    std::unordered_map<PackId, std::uint64_t> sizes_;  // of the pack files there are
    std::mutex mutex_;
    BlobIndex headers_;                                  // what the packs' own headers tell
    std::map<PackId, std::vector<PackedBlob>> damaged_;  // packs, and what they may still hold
    const std::shared_ptr<BlobIndex> index_ = std::make_shared<BlobIndex>();  // the new one
    ProblemList problems_;
    CheckResult result_;
};

}  // namespace

CheckResult repair_repository(const std::shared_ptr<Store>& store, CheckDepth depth, Progress& progress,
                              const std::stop_token& stop) {
    return Repair(store, progress, stop).run(depth);
}

}  // namespace holdfast::repository
