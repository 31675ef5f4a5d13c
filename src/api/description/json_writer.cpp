#include <fmt/format.h>

#include "api/description/characters.hpp"
#include "api/description/document.hpp"

namespace holdfast::api {
namespace {

class JsonWriter {
  public:
    explicit JsonWriter(WireForm form) : form_(form) {}

    std::string document(const Shape& shape, const void* object) {
        structure(shape, object);
        return std::move(out_);
    }

    std::string part_of_list(const Shape& shape, const void* object, Part part) {
        const Field& items = shape.fields[0];
        if (part == Part::end) return "]}";
        if (part == Part::beginning) {
            out_ += '{';
            name(items.json_name);
        }
        out_ += part == Part::beginning ? '[' : ',';
        values(items, member_of(shape, items, object));
        return std::move(out_);
    }

  private:
    void text(std::string_view value) {
        out_ += '"';
        while (!value.empty()) {
            if (const std::size_t plain = count_plain(value); plain > 0) {
                out_ += value.substr(0, plain);
                value.remove_prefix(plain);
                continue;
            }
            const Character character = first_character(value);
            switch (character.code) {
                case '"':
                    out_ += "\\\"";
                    break;
                case '\\':
                    out_ += "\\\\";
                    break;
                case '\n':
                    out_ += "\\n";
                    break;
                case '\r':
                    out_ += "\\r";
                    break;
                case '\t':
                    out_ += "\\t";
                    break;
                default:
                    if (!character.valid)
                        out_ += "\xEF\xBF\xBD";
                    else if (character.code < 0x20)
                        out_ += fmt::format("\\u{:04x}", static_cast<unsigned>(character.code));
                    else
                        out_ += value.substr(0, character.bytes);
            }
            value.remove_prefix(character.bytes);
        }
        out_ += '"';
    }

    // "UID" -> "uid", "WcfPort" -> "wcfPort", "FSRoots" -> "fsRoots": capitals in front become small, but the
    // one that starts the next word stays.
    void name(std::string_view pascal) {
        std::string spelled(pascal);
        auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
        if (form_.names == JsonCase::camel) {
            for (std::size_t i = 0; i < spelled.size() && upper(spelled[i]); ++i) {
                if (i > 0 && i + 1 < spelled.size() && !upper(spelled[i + 1])) break;
                spelled[i] = static_cast<char>(spelled[i] - 'A' + 'a');
            }
        }
        out_ += '"';
        out_ += spelled;
        out_ += "\":";
    }

    void value(const Shape& shape, const void* object) {
        switch (shape.kind) {
            case Kind::structure:
                return structure(shape, object);
            case Kind::boolean:
            case Kind::integer:
            case Kind::real:
                out_ += shape.write(object, Wire::json);
                return;
            case Kind::text:
                return text(*static_cast<const std::string*>(object));
            default:
                return text(shape.write(object, Wire::json));
        }
    }

    void values(const Field& field, const void* member) {
        const std::size_t count = field.access.count(member);
        for (std::size_t index = 0; index < count; ++index) {
            if (index > 0) out_ += ',';
            value(field.shape(), field.access.at(member, index));
        }
    }

    void array(const Field& field, const void* member) {
        out_ += '[';
        values(field, member);
        out_ += ']';
    }

    bool is_written(const Field& field, const void* member) const {
        if (!field.in_json || !field.versions.contains(form_.version)) return false;
        return form_.has_nulls() || field.occurrence == Occurrence::repeated ||
               field.access.count(member) > 0;
    }

    void structure(const Shape& shape, const void* object) {
        if (shape.style == Style::flat_list)
            return array(shape.fields[0], member_of(shape, shape.fields[0], object));
        out_ += '{';
        bool first = true;
        for (std::size_t index : shape.json_order) {
            const Field& field = shape.fields[index];
            const void* member = member_of(shape, field, object);
            if (!is_written(field, member)) continue;
            if (!first) out_ += ',';
            first = false;
            name(field.json_name);
            if (field.occurrence == Occurrence::repeated)
                array(field, member);
            else if (field.access.count(member) == 0)
                out_ += "null";
            else
                value(field.shape(), field.access.at(member, 0));
        }
        out_ += '}';
    }

    WireForm form_;
    std::string out_;
};

}  // namespace

std::string write_json(const Shape& shape, const void* object, WireForm form, Part part) {
    if (part == Part::whole) return JsonWriter(form).document(shape, object);
    return JsonWriter(form).part_of_list(shape, object, part);
}

}  // namespace holdfast::api
