// --help with lines that fit a terminal: CLI11 leaves descriptions as long as they are.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace holdfast {

class HelpFormatter : public CLI::Formatter {
  public:
    std::string make_option_desc(const CLI::Option* option) const override;
};

}  // namespace holdfast
