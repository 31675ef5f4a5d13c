// Prometheus' text exposition format, version 0.0.4.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast::api {

// Written from top to bottom: a family, its samples, the next family. All names are ours, label values may be
// any UTF-8.
class Exposition {
  public:
    enum class Kind { gauge, counter, histogram };
    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    // What the samples that follow belong to: "holdfast_job_running".
    void family(std::string_view name, Kind kind, std::string_view help);
    template <std::integral T>
    void sample(Labels labels, T value) {
        line("", labels, std::to_string(value));
    }
    void sample(Labels labels, double value);
    // Of a histogram: "_bucket", "_sum", "_count".
    void part(std::string_view suffix, Labels labels, std::uint64_t value);
    void part(std::string_view suffix, Labels labels, double value);

    const std::string& text() const { return text_; }

  private:
    void line(std::string_view suffix, Labels labels, std::string_view value);

    std::string text_;
    std::string name_;
};

}  // namespace holdfast::api
