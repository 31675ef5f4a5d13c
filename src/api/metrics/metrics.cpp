#include "api/metrics/metrics.hpp"

#include <fmt/format.h>

#include "api/metrics/catalog_figures.hpp"
#include "api/metrics/exposition.hpp"
#include "api/metrics/process_figures.hpp"

namespace holdfast::api {
namespace {

using Kind = Exposition::Kind;

constexpr std::chrono::seconds lifetime{5};

void write_requests(Exposition& page, const http::RequestCounts::Totals& totals) {
    page.family("holdfast_http_requests_total", Kind::counter, "HTTP requests that were answered.");
    for (const auto& [status, count] : totals.by_status)
        page.sample({{"code", std::to_string(status)}}, count);
    page.family("holdfast_http_request_duration_seconds", Kind::histogram,
                "Time from the last byte of a request to the first one of its answer.");
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < totals.by_duration.size(); ++i) {
        count += totals.by_duration[i];
        bool is_last = i == http::RequestCounts::bounds.size();
        auto bound = is_last ? "+Inf" : fmt::format("{}", http::RequestCounts::bounds[i]);
        page.part("_bucket", {{"le", bound}}, count);
    }
    page.part("_sum", {}, totals.seconds);
    page.part("_count", {}, count);
}

}  // namespace

std::string Metrics::text() {
    Exposition page;
    page.family("holdfast_build_info", Kind::gauge, "Always 1; the label says which Holdfast this is.");
    page.sample({{"version", version_}}, 1);
    page.family("holdfast_logon_sessions", Kind::gauge, "Logon sessions that are open.");
    page.sample({}, logons_.count());
    write_requests(page, requests_.totals());
    write_process(page, process_figures());
    return page.text() + of_catalog();
}

std::string Metrics::of_catalog() {
    std::lock_guard lock(mutex_);
    if (kept_.empty() || now_() - kept_at_ >= lifetime) {
        kept_ = catalog_page(database_, census_.latest());
        kept_at_ = now_();
    }
    return kept_;
}

}  // namespace holdfast::api
