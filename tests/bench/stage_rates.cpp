// How fast each processor of this machine does each stage of a backup, a restore and a check while all of
// them are busy, on data of a given file or folder: the same code as the product, on a sample of at most 128
// MiB. One JSON object on standard output; rates are bytes of plain data a CPU second.
#include <fcntl.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/direct_file.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "disk/image_file.hpp"
#include "repository/chunker.hpp"
#include "repository/cipher.hpp"
#include "repository/compression.hpp"
#include "repository/parallel.hpp"
#include "repository/polynomial.hpp"
#include "repository/repository.hpp"
#include "repository/sha256.hpp"
#include "repository/snapshot_writer.hpp"

namespace {

using namespace holdfast;
using namespace holdfast::repository;
namespace fs = std::filesystem;

constexpr std::size_t sample_bytes = 128 << 20;
constexpr std::size_t machine_bytes = 1 << 30;  // read and written to learn the rates of the storage
constexpr std::size_t storage_block = 4 << 20;  // large enough that more at a time is no faster
constexpr std::size_t hash_batch = 16;
// Of the disk of the data sets.
const std::uint64_t chunk_size = suitable_chunk_size(8ull << 30);

// Pieces of plain data, one behind the other in memory like that which the product reads into.
struct Sample {
    AlignedBuffer memory;
    std::vector<std::span<std::byte>> chunks;

    std::size_t bytes() const {
        std::size_t size = 0;
        for (const auto& chunk : chunks) size += chunk.size();
        return size;
    }
    std::size_t largest() const {
        return std::ranges::max(chunks, {}, [](const auto& chunk) { return chunk.size(); }).size();
    }
};

double seconds_of(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <typename Work>
double time_of(clockid_t clock, const Work& work) {
    double start = seconds_of(clock);
    work();
    return seconds_of(clock) - start;
}

// Chunks from all over the image, none of them a hole.
Sample sample_image(const fs::path& path) {
    auto source = disk::open_image("raw:" + path.string());
    std::vector<std::uint64_t> offsets;
    for (const Extent& extent : source->data_extents()) {
        std::uint64_t first = (extent.offset + chunk_size - 1) / chunk_size;
        std::uint64_t end = (extent.offset + extent.length) / chunk_size;
        for (; first < end; ++first) offsets.push_back(first * chunk_size);
    }
    std::size_t stride = std::max<std::size_t>(1, offsets.size() * chunk_size / sample_bytes);
    std::size_t count = (offsets.size() + stride - 1) / stride;
    Sample sample{AlignedBuffer(count * chunk_size), {}};
    for (std::size_t number = 0; number < count; ++number) {
        sample.chunks.emplace_back(sample.memory.data() + number * chunk_size, chunk_size);
        source->read(offsets[number * stride], sample.chunks.back());
    }
    return sample;
}

// All regular files and their attributes, the folders of one level side by side on two threads.
std::vector<fs::path> files_below(const fs::path& root) {
    std::vector<fs::path> files;
    for (std::vector<fs::path> level{root}; !level.empty();) {
        std::vector<fs::path> deeper;
        std::mutex mutex;
        for_each_parallel(level.size(), 2, {}, [&](std::size_t number) {
            std::vector<fs::path> folders_here;
            std::vector<fs::path> files_here;
            for (const auto& entry : fs::directory_iterator(level[number])) {
                auto type = entry.symlink_status().type();
                if (type == fs::file_type::directory) folders_here.push_back(entry.path());
                if (type == fs::file_type::regular && entry.file_size() > 0)
                    files_here.push_back(entry.path());
            }
            std::lock_guard lock(mutex);
            deeper.insert(deeper.end(), folders_here.begin(), folders_here.end());
            files.insert(files.end(), files_here.begin(), files_here.end());
        });
        level = std::move(deeper);
    }
    std::ranges::sort(files);
    return files;
}

Sample sample_files(const std::vector<fs::path>& files) {
    std::size_t stride = std::max<std::size_t>(1, files.size() / 5000);
    std::vector<std::string> texts;
    std::size_t size = 0;
    for (std::size_t number = 0; number < files.size(); number += stride) {
        texts.push_back(read_file(files[number], 64 << 20));
        size += texts.back().size();
    }
    Sample sample{AlignedBuffer(size), {}};
    std::byte* into = sample.memory.data();
    for (const std::string& text : texts) {
        if (text.empty()) continue;
        std::ranges::copy(std::as_bytes(std::span(text)), into);
        sample.chunks.emplace_back(into, text.size());
        into += text.size();
    }
    return sample;
}

using Figures = std::map<std::string, double>;

// One thread's way through the sample, a few chunks at a time from stage to stage, as the product goes: what
// one stage touched the next one finds in the processor's caches.
class StageClock {
  public:
    explicit StageClock(const Sample& sample)
        : sample_(sample),
          chunker_(random_chunker_polynomial()),
          cipher_(MasterKey::random()),
          compressed_(sample.largest()),
          sealed_(sample.largest() + Cipher::overhead),
          opened_(sample.largest()),
          plain_(sample.largest()) {}

    Figures run() {
        std::span chunks = sample_.chunks;
        for (std::size_t first = 0; first < chunks.size(); first += hash_batch)
            measure(chunks.subspan(first, std::min(hash_batch, chunks.size() - first)));
        auto bytes = static_cast<double>(sample_.bytes());
        Figures figures;
        for (const auto& [stage, seconds] : seconds_) figures[stage] = bytes / seconds;
        figures["zero_part"] = static_cast<double>(zero_bytes_) / bytes;
        figures["stored_part"] = static_cast<double>(stored_bytes_) / bytes;
        return figures;
    }

  private:
    template <typename Work>
    void timed(const char* stage, const Work& work) {
        seconds_[stage] += time_of(CLOCK_THREAD_CPUTIME_ID, work);
    }

    void measure(std::span<const std::span<std::byte>> chunks) {
        timed("zero_check", [&] {
            for (const auto& chunk : chunks) zero_bytes_ += is_all_zero(chunk) ? chunk.size() : 0;
        });
        std::vector<ByteView> batch(chunks.begin(), chunks.end());
        timed("hash", [&] { sha256_each(batch); });
        timed("chunker", [&] {
            ByteView rest(chunks.front().data(), chunks.back().data() + chunks.back().size());
            while (auto end = chunker_.find_end(rest)) rest = rest.subspan(end);
        });
        timed("hash_alone", [&] {
            for (const auto& chunk : chunks) sha256(chunk);
        });
        for (const auto& chunk : chunks) store(chunk);
    }

    void store(ByteView chunk) {
        std::size_t size = 0;
        timed("compress", [&] { size = compress_into(chunk, compressed_.first(chunk.size())); });
        ByteView stored = size > 0 ? compressed_.first(size) : chunk;
        stored_bytes_ += stored.size();
        auto sealed = sealed_.first(stored.size() + Cipher::overhead);
        auto opened = opened_.first(stored.size());
        timed("seal", [&] { cipher_.seal_into(stored, sealed); });
        timed("open", [&] { cipher_.open_into(sealed, opened, "The sample"); });
        timed("decompress_and_compare", [&] {
            auto plain = size > 0 ? plain_.first(chunk.size()) : opened;
            if (size > 0) decompress_into(opened, plain, "The sample");
            if (std::memcmp(plain.data(), chunk.data(), chunk.size()) != 0)
                throw Error(ErrorKind::corrupt, "A chunk differs after compression.");
        });
        timed("hash_of_packs", [&] { sha256(sealed); });
    }

    const Sample& sample_;
    const Chunker chunker_;
    const Cipher cipher_;
    const AlignedBuffer compressed_, sealed_, opened_, plain_;
    std::map<std::string, double> seconds_;
    std::size_t zero_bytes_ = 0;
    std::size_t stored_bytes_ = 0;
};

// All processors at the same work, and the mean of what each of them reached.
Figures measure_stages(const Sample& sample) {
    std::vector<Figures> each(std::thread::hardware_concurrency());
    for_each_parallel(each.size(), static_cast<unsigned>(each.size()), {},
                      [&](std::size_t number) { each[number] = StageClock(sample).run(); });
    Figures mean;
    for (const Figures& figures : each)
        for (const auto& [name, figure] : figures) mean[name] += figure / static_cast<double>(each.size());
    return mean;
}

// Past the page cache, by two threads, as the product reads images.
void measure_image_reading(const fs::path& path, Figures& figures) {
    auto source = disk::open_image("raw:" + path.string());
    std::uint64_t data = 0;
    std::vector<std::uint64_t> offsets;
    for (const Extent& extent : source->data_extents()) {
        data += extent.length;
        std::uint64_t offset = extent.offset;
        for (; offset + storage_block <= extent.offset + extent.length; offset += storage_block) {
            if (offsets.size() < machine_bytes / storage_block) offsets.push_back(offset);
        }
    }
    figures["data_bytes"] = static_cast<double>(data);
    UniqueFd file = open_file(path, O_RDONLY);
    if (posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED) != 0)
        throw Error(ErrorKind::io, "posix_fadvise failed");
    double cpu = 0;
    double seconds = time_of(CLOCK_MONOTONIC, [&] {
        cpu = time_of(CLOCK_PROCESS_CPUTIME_ID, [&] {
            for_each_parallel(offsets.size(), 2, {}, [&](std::size_t number) {
                thread_local AlignedBuffer buffer(storage_block);
                source->read(offsets[number], buffer.first(storage_block));
            });
        });
    });
    double bytes = static_cast<double>(offsets.size() * storage_block);
    figures["read"] = bytes / seconds;
    figures["read_cpu"] = bytes / cpu;
}

// Every file once, by two threads.
void measure_tree_reading(const std::vector<fs::path>& files, Figures& figures) {
    std::atomic<std::uint64_t> bytes = 0;
    for (const fs::path& file : files) {
        UniqueFd opened = open_file(file, O_RDONLY);
        if (posix_fadvise(opened.get(), 0, 0, POSIX_FADV_DONTNEED) != 0) {
            throw Error(ErrorKind::io, "posix_fadvise failed");
        }
    }
    double cpu = 0;
    double seconds = time_of(CLOCK_MONOTONIC, [&] {
        cpu = time_of(CLOCK_PROCESS_CPUTIME_ID, [&] {
            for_each_parallel(files.size(), 2, {}, [&](std::size_t number) {
                bytes += read_file(files[number], 64 << 20).size();
            });
        });
    });
    auto total = static_cast<double>(bytes.load());
    figures["data_bytes"] = total;
    figures["read"] = total / seconds;
    figures["read_cpu"] = total / cpu;
    figures["files"] = static_cast<double>(files.size());
}

// Writes a file, and then another one while the first is read.
void measure_storage(const fs::path& folder, Figures& figures) {
    fs::path first = folder / "written";
    fs::path second = folder / "written-while-reading";
    AlignedBuffer bytes(storage_block);
    std::ranges::fill(bytes.first(storage_block), std::byte{0x5a});
    constexpr std::size_t blocks = machine_bytes / storage_block;
    auto write = [&](const fs::path& path) {
        fs::remove(path);
        auto sink = disk::create_raw_image(path, machine_bytes);
        for_each_parallel(blocks, 2, {}, [&](std::size_t number) {
            sink->write(number * storage_block, bytes.first(storage_block));
        });
        sink->flush();
    };
    auto read = [&](const fs::path& path) {
        auto source = disk::open_image("raw:" + path.string());
        for_each_parallel(blocks, 2, {}, [&](std::size_t number) {
            thread_local AlignedBuffer buffer(storage_block);
            source->read(number * storage_block, buffer.first(storage_block));
        });
    };
    constexpr auto size = static_cast<double>(machine_bytes);
    figures["write"] = size / time_of(CLOCK_MONOTONIC, [&] { write(first); });
    figures["read_and_write"] = 2 * size / time_of(CLOCK_MONOTONIC, [&] {
                                    std::jthread reader([&] { read(first); });
                                    write(second);
                                });
    fs::remove(first);
    fs::remove(second);
}

void measure_opening(const fs::path& folder, Figures& figures) {
    fs::path path = folder / "repository";
    fs::remove_all(path);
    Repository::create(path, "bench");
    figures["open_repository_seconds"] = time_of(CLOCK_MONOTONIC, [&] { Repository::open(path, "bench"); });
    fs::remove_all(path);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) {
        std::cerr << "Usage: bench_stage_rates DATA-SET FOLDER-FOR-WRITING\n";
        return 64;
    }
    try {
        fs::path data = arguments[1];
        Figures figures;
        Sample sample;
        if (fs::is_directory(data)) {
            std::vector<fs::path> files;
            figures["walk_seconds"] = time_of(CLOCK_MONOTONIC, [&] { files = files_below(data); });
            measure_tree_reading(files, figures);
            sample = sample_files(files);
        } else {
            measure_image_reading(data, figures);
            sample = sample_image(data);
        }
        figures.merge(measure_stages(sample));
        measure_storage(arguments[2], figures);
        measure_opening(arguments[2], figures);
        const char* separator = "{";
        for (const auto& [name, figure] : figures) {
            std::cout << separator << '"' << name << "\":" << figure;
            separator = ",";
        }
        std::cout << "}\n";
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
