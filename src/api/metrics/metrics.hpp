// What a monitoring system reads: the state of jobs, backups, repositories and the server in figures.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "api/routing/logon_registry.hpp"
#include "catalog/database.hpp"
#include "http/request_counts.hpp"
#include "protection/machine_census.hpp"

namespace holdfast::api {

// Any thread. What is given outlives it.
class Metrics {
  public:
    Metrics(catalog::Database& database, const LogonRegistry& logons, const http::RequestCounts& requests,
            protection::MachineCensus& census, std::string version, SteadyNow now = SteadyClock::now)
        : database_(database),
          logons_(logons),
          requests_(requests),
          census_(census),
          version_(std::move(version)),
          now_(std::move(now)) {}

    // In Prometheus' text format. What the catalog says is up to five seconds old, so that the database adds
    // it up once however many ask.
    std::string text();

  private:
    std::string of_catalog();

    catalog::Database& database_;
    const LogonRegistry& logons_;
    const http::RequestCounts& requests_;
    protection::MachineCensus& census_;
    const std::string version_;
    const SteadyNow now_;
    std::mutex mutex_;
    std::string kept_;  // of the catalog
    SteadyClock::time_point kept_at_{};
};

}  // namespace holdfast::api
