#include "app/help_formatter.hpp"

#include <sstream>

namespace holdfast {
namespace {

constexpr std::size_t description_width = 70;  // beside CLI11's column of 30 for the names

}  // namespace

// CLI11 indents what follows a line end.
std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
    std::istringstream words(Formatter::make_option_desc(option));
    std::string text, word;
    std::size_t width = 0;
    while (words >> word) {
        bool fits = width + 1 + word.size() <= description_width;
        if (width > 0) text += fits ? ' ' : '\n';
        width = width > 0 && fits ? width + 1 + word.size() : word.size();
        text += word;
    }
    return text;
}

}  // namespace holdfast
