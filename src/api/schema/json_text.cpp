#include "api/schema/json_text.hpp"

#include <boost/json.hpp>
#include <string_view>

namespace holdfast::api {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_line = 110;

std::string compact(const json::value& value) {
    return json::serialize(value);
}

class LineWriter {
  public:
    std::string write(const json::value& value) {
        put(value, 0, 0);
        return std::move(out_);
    }

  private:
    void line(std::size_t depth) { out_.append("\n").append(depth * 2, ' '); }

    // `used`: what stands in the line already.
    void put(const json::value& value, std::size_t depth, std::size_t used) {
        const std::string text = compact(value);
        const bool fits = depth * 2 + used + text.size() <= longest_line;
        if (fits || !value.is_structured())
            out_ += text;
        else if (const auto* object = value.if_object())
            put_object(*object, depth);
        else
            put_array(value.get_array(), depth);
    }

    void put_object(const json::object& object, std::size_t depth) {
        out_ += '{';
        std::string_view separator;
        for (const auto& member : object) {
            out_ += separator;
            separator = ",";
            line(depth + 1);
            const std::string name = compact(json::value(member.key())) + ": ";
            out_ += name;
            put(member.value(), depth + 1, name.size());
        }
        line(depth);
        out_ += '}';
    }

    void put_array(const json::array& array, std::size_t depth) {
        out_ += '[';
        std::string_view separator;
        for (const auto& item : array) {
            out_ += separator;
            separator = ",";
            line(depth + 1);
            put(item, depth + 1, 0);
        }
        line(depth);
        out_ += ']';
    }

    std::string out_;
};

}  // namespace

std::string in_lines(const json::value& value) {
    return LineWriter().write(value);
}

}  // namespace holdfast::api
