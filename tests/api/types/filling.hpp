// Fills any described object with values, for tests that must hold for every type there is and will be.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "api/description/shape.hpp"

namespace holdfast::api {

// Decides what an object gets.
class Values {
  public:
    virtual ~Values() = default;
    virtual bool has_optional() = 0;
    virtual std::size_t repetitions(const Field& field) = 0;
    // Which of `count` alternatives of a choice.
    virtual std::size_t alternative(std::size_t count) = 0;
    // Text that the shape's own reader takes.
    virtual std::string value(const Field& field) = 0;
};

void fill(const Shape& shape, void* object, Values& values);

// Everything there once or, of values without members, twice; always the same.
class AllValues : public Values {
  public:
    explicit AllValues(std::size_t alternative) : alternative_(alternative) {}
    bool has_optional() override { return true; }
    std::size_t repetitions(const Field& field) override;
    std::size_t alternative(std::size_t count) override;
    std::string value(const Field& field) override;

  private:
    std::size_t alternative_;
};

// Only what must be there.
class FewestValues : public AllValues {
  public:
    using AllValues::AllValues;
    bool has_optional() override { return false; }
    std::size_t repetitions(const Field&) override { return 0; }
};

// How many alternatives the widest choice within the type has; 1 where there is none.
std::size_t alternatives_within(const Shape& shape);

std::shared_ptr<void> make_filled(const Shape& shape, Values& values);

}  // namespace holdfast::api
