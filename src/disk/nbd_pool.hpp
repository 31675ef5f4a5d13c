// Several connections to one export, lent to the threads that read or write.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "disk/nbd_connection.hpp"

namespace holdfast::disk {

// Any thread. When one connection dies the export is given up: all later calls throw what happened then.
class NbdPool {
  public:
    // As many connections as the server allows, at most four: more do not make QEMU faster.
    NbdPool(const NbdAddress& address, const std::vector<std::string>& meta_contexts,
            std::chrono::milliseconds deadline);

    std::uint64_t size() const { return size_; }
    bool has_context(const std::string& name) const;
    bool is_read_only() const { return is_read_only_; }

    // Runs `work` with a connection that nobody else uses meanwhile.
    template <typename Work>
    decltype(auto) with_connection(Work&& work) {
        Loan loan(*this);
        try {
            return std::forward<Work>(work)(*loan.connection);
        } catch (const Error& error) {
            if (loan.connection->is_dead()) give_up(error);
            throw;
        }
    }

  private:
    struct Loan {
        explicit Loan(NbdPool& from) : pool(from), connection(from.take()) {}
        Loan(const Loan&) = delete;
        Loan& operator=(const Loan&) = delete;
        ~Loan() { pool.put_back(std::move(connection)); }
        NbdPool& pool;
        std::unique_ptr<NbdConnection> connection;
    };

    std::unique_ptr<NbdConnection> take();
    void put_back(std::unique_ptr<NbdConnection> connection);
    void give_up(const Error& error);

    std::uint64_t size_ = 0;
    bool is_read_only_ = false;
    std::vector<std::string> contexts_;  // those that the server has
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<NbdConnection>> idle_;
    std::optional<Error> failure_;
};

}  // namespace holdfast::disk
