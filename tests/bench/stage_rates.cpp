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
#include <string>
#include <thread>
#include <vector>

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
constexpr std::size_t hash_batch = 16;
constexpr std::size_t largest_chunk = 64 << 20;
// Of the disk of the data sets.
const std::uint64_t chunk_size = suitable_chunk_size(8ull << 30);

using Chunks = std::vector<Bytes>;

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

std::size_t size_of(const Chunks& chunks) {
    std::size_t size = 0;
    for (const Bytes& chunk : chunks) size += chunk.size();
    return size;
}

// Chunks from all over the image, none of them a hole.
Chunks sample_image(const fs::path& path) {
    auto source = disk::open_image("raw:" + path.string());
    std::vector<std::uint64_t> offsets;
    for (const Extent& extent : source->data_extents()) {
        std::uint64_t first = (extent.offset + chunk_size - 1) / chunk_size;
        std::uint64_t end = (extent.offset + extent.length) / chunk_size;
        for (; first < end; ++first) offsets.push_back(first * chunk_size);
    }
    std::size_t stride = std::max<std::size_t>(1, offsets.size() * chunk_size / sample_bytes);
    Chunks chunks;
    for (std::size_t number = 0; number < offsets.size(); number += stride) {
        chunks.emplace_back(chunk_size);
        source->read(offsets[number], chunks.back());
    }
    return chunks;
}

std::vector<fs::path> files_below(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    return files;
}

Chunks sample_files(const std::vector<fs::path>& files) {
    std::size_t stride = std::max<std::size_t>(1, files.size() / 5000);
    Chunks chunks;
    for (std::size_t number = 0; number < files.size(); number += stride) {
        std::string text = read_file(files[number], 64 << 20);
        ByteView bytes = std::as_bytes(std::span(text));
        if (!bytes.empty()) chunks.emplace_back(bytes.begin(), bytes.end());
    }
    return chunks;
}

using Figures = std::map<std::string, double>;

void measure_hashing(const Chunks& chunks, double bytes, Figures& figures) {
    figures["zero_check"] = bytes / time_of(CLOCK_THREAD_CPUTIME_ID, [&] {
                                std::size_t zeros = 0;
                                for (const Bytes& chunk : chunks)
                                    zeros += is_all_zero(chunk) ? chunk.size() : 0;
                                figures["zero_part"] = static_cast<double>(zeros) / bytes;
                            });
    figures["hash"] = bytes / time_of(CLOCK_THREAD_CPUTIME_ID, [&] {
                          for (std::size_t first = 0; first < chunks.size(); first += hash_batch) {
                              std::size_t end = std::min(first + hash_batch, chunks.size());
                              std::vector<ByteView> batch(chunks.begin() + static_cast<std::ptrdiff_t>(first),
                                                          chunks.begin() + static_cast<std::ptrdiff_t>(end));
                              sha256_each(batch);
                          }
                      });
    figures["hash_alone"] = bytes / time_of(CLOCK_THREAD_CPUTIME_ID, [&] {
                                for (const Bytes& chunk : chunks) sha256(chunk);
                            });
    Chunker chunker(random_chunker_polynomial());
    figures["chunker"] = bytes / time_of(CLOCK_THREAD_CPUTIME_ID, [&] {
                             for (const Bytes& chunk : chunks) chunker.find_end(chunk);
                         });
}

// As stored: compressed, or as it is where that is smaller.
struct Stored {
    Bytes bytes;
    bool is_compressed = false;
};

std::vector<Stored> measure_compression(const Chunks& chunks, double bytes, Figures& figures) {
    std::vector<Stored> stored(chunks.size());
    figures["compress"] = bytes / time_of(CLOCK_THREAD_CPUTIME_ID, [&] {
                              Bytes into(largest_chunk);
                              for (std::size_t number = 0; number < chunks.size(); ++number) {
                                  const Bytes& chunk = chunks[number];
                                  std::size_t size =
                                      compress_into(chunk, std::span(into).first(chunk.size()));
                                  stored[number].is_compressed = size > 0;
                                  if (size > 0)
                                      stored[number].bytes.assign(
                                          into.begin(), into.begin() + static_cast<std::ptrdiff_t>(size));
                              }
                          });
    for (std::size_t number = 0; number < chunks.size(); ++number) {
        if (!stored[number].is_compressed) stored[number].bytes = chunks[number];
    }
    figures["decompress_and_compare"] =
        bytes / time_of(CLOCK_THREAD_CPUTIME_ID, [&] {
            Bytes plain(largest_chunk);
            for (std::size_t number = 0; number < chunks.size(); ++number) {
                const Bytes& chunk = chunks[number];
                if (!stored[number].is_compressed) continue;
                auto into = std::span(plain).first(chunk.size());
                decompress_into(stored[number].bytes, into, "The sample");
                if (std::memcmp(into.data(), chunk.data(), chunk.size()) != 0) {
                    throw Error(ErrorKind::corrupt, "A chunk differs after compression.");
                }
            }
        });
    return stored;
}

void measure_encryption(const std::vector<Stored>& stored, double bytes, Figures& figures) {
    Cipher cipher(MasterKey::random());
    Chunks sealed;
    std::size_t stored_bytes = 0;
    for (const Stored& blob : stored) {
        sealed.emplace_back(blob.bytes.size() + Cipher::overhead);
        stored_bytes += blob.bytes.size();
    }
    figures["stored_part"] = static_cast<double>(stored_bytes) / bytes;
    figures["seal"] = bytes / time_of(CLOCK_THREAD_CPUTIME_ID, [&] {
                          for (std::size_t number = 0; number < stored.size(); ++number) {
                              cipher.seal_into(stored[number].bytes, sealed[number]);
                          }
                      });
    figures["open"] =
        bytes / time_of(CLOCK_THREAD_CPUTIME_ID, [&] {
            Bytes plain(largest_chunk);
            for (const Bytes& blob : sealed) {
                cipher.open_into(blob, std::span(plain).first(blob.size() - Cipher::overhead), "The sample");
            }
        });
    figures["hash_of_packs"] = bytes / time_of(CLOCK_THREAD_CPUTIME_ID, [&] {
                                   for (const Bytes& blob : sealed) sha256(blob);
                               });
}

// All processors at the same work, and the mean of what each of them reached.
Figures measure_computing(const Chunks& chunks) {
    auto bytes = static_cast<double>(size_of(chunks));
    std::vector<Figures> each(std::thread::hardware_concurrency());
    for_each_parallel(each.size(), static_cast<unsigned>(each.size()), {}, [&](std::size_t number) {
        measure_hashing(chunks, bytes, each[number]);
        measure_encryption(measure_compression(chunks, bytes, each[number]), bytes, each[number]);
    });
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
        for (; offset + chunk_size <= extent.offset + extent.length; offset += chunk_size) {
            if (offsets.size() < machine_bytes / chunk_size) offsets.push_back(offset);
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
                thread_local Bytes buffer(chunk_size);
                source->read(offsets[number], buffer);
            });
        });
    });
    double bytes = static_cast<double>(offsets.size() * chunk_size);
    figures["read"] = bytes / seconds;
    figures["read_cpu"] = bytes / cpu;
}

// Every file once, by two threads; and once more only their attributes.
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
    std::uintmax_t walked = 0;
    double walk = time_of(CLOCK_PROCESS_CPUTIME_ID, [&] {
        for (const fs::path& file : files) walked += fs::file_size(file);
    });
    auto total = static_cast<double>(bytes.load());
    figures["data_bytes"] = total;
    figures["read"] = total / seconds;
    figures["read_cpu"] = total / cpu;
    figures["files"] = static_cast<double>(files.size());
    figures["walk_seconds"] = walk;
}

void measure_writing(const fs::path& folder, Figures& figures) {
    fs::path path = folder / "written";
    fs::remove(path);
    Bytes bytes(chunk_size, std::byte{0x5a});
    figures["write"] = static_cast<double>(machine_bytes) / time_of(CLOCK_MONOTONIC, [&] {
                           auto sink = disk::create_raw_image(path, machine_bytes);
                           for_each_parallel(machine_bytes / chunk_size, 2, {}, [&](std::size_t number) {
                               sink->write(number * chunk_size, bytes);
                           });
                           sink->flush();
                       });
    fs::remove(path);
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
        Chunks chunks;
        if (fs::is_directory(data)) {
            std::vector<fs::path> files = files_below(data);
            measure_tree_reading(files, figures);
            chunks = sample_files(files);
        } else {
            measure_image_reading(data, figures);
            chunks = sample_image(data);
        }
        figures.merge(measure_computing(chunks));
        measure_writing(arguments[2], figures);
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
