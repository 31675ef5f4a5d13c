// Whatever an object holds, both forms give it back.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "api/description/document.hpp"
#include "api/types/all_roots.hpp"
#include "api/types/filling.hpp"
#include "api/types/job.hpp"

namespace holdfast::api {
namespace {

// Any characters that XML can hold, those that need escaping more often.
std::string random_text(std::size_t min_length, std::size_t max_length) {
    static const std::vector<std::string> characters{"<",
                                                     ">",
                                                     "&",
                                                     "\"",
                                                     "'",
                                                     "/",
                                                     "\\",
                                                     " ",
                                                     "\n",
                                                     "\r",
                                                     "\t",
                                                     "]]>",
                                                     "a",
                                                     "0",
                                                     "\xC3\xBC",
                                                     "\xE2\x82\xAC",
                                                     "\xF0\x9F\x92\xBE",
                                                     "\x7F"};
    std::string text;
    const auto length = *rc::gen::inRange(min_length, std::min(max_length, min_length + 12) + 1);
    for (std::size_t count = 0; count < length; ++count) text += *rc::gen::elementOf(characters);
    return text;
}

std::string random_time() {
    // From 1753 (unset) to 2199.
    const auto micros = *rc::gen::inRange<std::int64_t>(-6847804800000000, 7258032000000000);
    return format_utc(from_micros(micros));
}

class RandomValues : public Values {
  public:
    bool has_optional() override { return *rc::gen::arbitrary<bool>(); }
    std::size_t repetitions(const Field&) override { return *rc::gen::inRange<std::size_t>(0, 3); }
    std::size_t alternative(std::size_t count) override { return *rc::gen::inRange<std::size_t>(0, count); }
    std::string value(const Field& field) override {
        const Shape& shape = field.shape();
        switch (shape.kind) {
            // "]]>" counts three characters.
            case Kind::text:
                return random_text(shape.min_length, shape.max_length / 3);
            case Kind::boolean:
                return *rc::gen::element<std::string>("true", "false");
            case Kind::integer:
                return std::to_string(random_integer(shape));
            case Kind::real:
                return std::to_string(*rc::gen::inRange(-1'000'000, 1'000'000) / 4.0);
            case Kind::time:
                return random_time();
            case Kind::time_of_day:
                return *rc::gen::element<std::string>("00:00:00Z", "23:59:59-14:00", "09:05:07+05:30");
            case Kind::enumeration:
                return std::string(*rc::gen::elementOf(shape.words));
            case Kind::structure:
                break;
        }
        return {};
    }

  private:
    static std::int64_t random_integer(const Shape& shape) {
        if (*rc::gen::inRange(0, 8) == 0) return shape.minimum;
        if (*rc::gen::inRange(0, 8) == 0) return shape.maximum;
        return std::clamp<std::int64_t>(*rc::gen::arbitrary<std::int64_t>(), shape.minimum, shape.maximum);
    }
};

void expect_round_trip(const Shape& shape) {
    RandomValues values;
    const auto object = make_filled(shape, values);
    const std::string xml = write_xml(shape, object.get());
    const std::string json = write_json(shape, object.get());
    const auto from_xml = shape.make();
    read_xml(shape, from_xml.get(), xml);
    RC_ASSERT(write_xml(shape, from_xml.get()) == xml);
    RC_ASSERT(write_json(shape, from_xml.get()) == json);
    const auto from_json = shape.make();
    read_json(shape, from_json.get(), json);
    RC_ASSERT(write_json(shape, from_json.get()) == json);
}

RC_GTEST_PROP(RandomValues, JobsAreReadBackWhole, ()) {
    expect_round_trip(shape_of<Job>());
}

RC_GTEST_PROP(RandomValues, EveryTypeIsReadBackWhole, ()) {
    expect_round_trip(**rc::gen::map(rc::gen::inRange<std::size_t>(0, all_roots().size()),
                                     [](std::size_t index) { return all_roots()[index]; }));
}

}  // namespace
}  // namespace holdfast::api
