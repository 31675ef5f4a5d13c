// How fast an NBD export answers: the first byte, random reads, sequential reading. Every byte is compared
// with the image that the export shows. One JSON object on standard output.
#include <fcntl.h>
#include <libnbd.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <iostream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/file.hpp"

namespace {

using holdfast::UniqueFd;
using Clock = std::chrono::steady_clock;

constexpr std::size_t random_size = 64 << 10;
constexpr std::size_t sequential_size = 1 << 20;
constexpr auto random_time = std::chrono::seconds(5);

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

class Client {
  public:
    explicit Client(const std::string& socket) : nbd_(nbd_create(), &nbd_close) {
        if (!nbd_ || nbd_connect_unix(nbd_.get(), socket.c_str()) != 0)
            throw std::runtime_error(nbd_get_error());
    }
    void read(std::uint64_t offset, std::span<std::byte> into) {
        if (nbd_pread(nbd_.get(), into.data(), into.size(), offset, 0) != 0)
            throw std::runtime_error(nbd_get_error());
    }

  private:
    std::unique_ptr<nbd_handle, decltype(&nbd_close)> nbd_;
};

class Image {
  public:
    explicit Image(const std::string& path) : file_(holdfast::open_file(path, O_RDONLY)) {}

    // Where pieces of this size hold data.
    std::vector<std::uint64_t> data_offsets(std::size_t size) const {
        std::vector<std::uint64_t> offsets;
        off_t at = 0;
        while ((at = lseek(file_.get(), at, SEEK_DATA)) >= 0) {
            auto hole = static_cast<std::uint64_t>(lseek(file_.get(), at, SEEK_HOLE));
            auto first = (static_cast<std::uint64_t>(at) + size - 1) / size * size;
            for (; first + size <= hole; first += size) offsets.push_back(first);
            at = static_cast<off_t>(hole);
        }
        return offsets;
    }

    void compare(std::uint64_t offset, std::span<const std::byte> bytes) const {
        std::vector<std::byte> own(bytes.size());
        if (pread(file_.get(), own.data(), own.size(), static_cast<off_t>(offset)) != std::ssize(own) ||
            std::memcmp(own.data(), bytes.data(), own.size()) != 0) {
            throw std::runtime_error("The export differs from the image at " + std::to_string(offset));
        }
    }

  private:
    UniqueFd file_;
};

// `threads` connections, each with one request at a time, run `next` until it gives no more offsets; how many
// reads were made.
template <typename Next>
std::uint64_t read_with(const std::string& socket, unsigned threads, std::size_t size, const Image& image,
                        const Next& next) {
    std::atomic<std::uint64_t> reads = 0;
    std::atomic<bool> failed = false;
    std::string error;
    {
        std::vector<std::jthread> running;
        for (unsigned number = 0; number < threads; ++number) {
            running.emplace_back([&, number] {
                try {
                    Client client(socket);
                    std::vector<std::byte> bytes(size);
                    std::mt19937_64 chance(number);
                    std::uint64_t offset = 0;
                    while (!failed && next(chance, offset)) {
                        client.read(offset, bytes);
                        image.compare(offset, bytes);
                        ++reads;
                    }
                } catch (const std::exception& thrown) {
                    if (!failed.exchange(true)) error = thrown.what();
                }
            });
        }
    }
    if (failed) throw std::runtime_error(error);
    return reads;
}

double random_reads_a_second(const std::string& socket, unsigned threads, const Image& image) {
    auto offsets = image.data_offsets(random_size);
    if (offsets.empty()) throw std::runtime_error("The image holds no data.");
    auto start = Clock::now();
    auto reads = read_with(socket, threads, random_size, image, [&](auto& chance, std::uint64_t& offset) {
        offset = offsets[chance() % offsets.size()];
        return Clock::now() - start < random_time;
    });
    return static_cast<double>(reads) / seconds_since(start);
}

double sequential_bytes_a_second(const std::string& socket, unsigned threads, const Image& image) {
    auto offsets = image.data_offsets(sequential_size);
    std::atomic<std::size_t> number = 0;
    auto start = Clock::now();
    auto reads = read_with(socket, threads, sequential_size, image, [&](auto&, std::uint64_t& offset) {
        std::size_t mine = number++;
        if (mine < offsets.size()) offset = offsets[mine];
        return mine < offsets.size();
    });
    return static_cast<double>(reads * sequential_size) / seconds_since(start);
}

double first_byte_seconds(const std::string& socket, const Image& image) {
    auto offsets = image.data_offsets(random_size);
    auto offset = offsets.at(offsets.size() / 3);
    std::vector<std::byte> bytes(random_size);
    auto start = Clock::now();
    Client client(socket);
    client.read(offset, bytes);
    double seconds = seconds_since(start);
    image.compare(offset, bytes);
    return seconds;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) {
        std::cerr << "Usage: bench_nbd_rates SOCKET IMAGE\n";
        return 64;
    }
    try {
        std::string socket = arguments[1];
        Image image(arguments[2]);
        std::cout << "{\"first_byte_seconds\":" << first_byte_seconds(socket, image);
        std::cout << ",\"random_reads_1\":" << random_reads_a_second(socket, 1, image);
        std::cout << ",\"random_reads_8\":" << random_reads_a_second(socket, 8, image);
        std::cout << ",\"sequential_bytes\":" << sequential_bytes_a_second(socket, 4, image) << "}\n";
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
