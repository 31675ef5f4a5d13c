#include "repository/polynomial.hpp"

#include <bit>
#include <cstddef>
#include <span>
#include <utility>

#include "base/random.hpp"

namespace holdfast::repository {
namespace {

int degree(Polynomial f) {
    return static_cast<int>(std::bit_width(f)) - 1;
}

// a * b mod f, for a and b of lower degree than f.
Polynomial multiply(Polynomial a, Polynomial b, Polynomial f) {
    Polynomial product = 0;
    for (; b != 0; b >>= 1) {
        if (b & 1) product ^= a;
        a <<= 1;
        if (degree(a) == degree(f)) a ^= f;
    }
    return product;
}

Polynomial common_divisor(Polynomial a, Polynomial b) {
    while (b != 0) a = std::exchange(b, remainder(a, b));
    return a;
}

}  // namespace

Polynomial remainder(Polynomial a, Polynomial f) {
    while (degree(a) >= degree(f)) a ^= f << (degree(a) - degree(f));
    return a;
}

// Ben-Or's test: f of degree n is irreducible when it shares no factor with x^(2^i) - x for every i up to
// n/2, because that polynomial is the product of all irreducible ones whose degree divides i.
bool is_irreducible(Polynomial f) {
    if (degree(f) < 1 || degree(f) > 62) return false;
    constexpr Polynomial x = 0b10;
    if (degree(f) == 1) return true;
    Polynomial power = x;
    for (int i = 1; i <= degree(f) / 2; ++i) {
        power = multiply(power, power, f);
        if (common_divisor(f, power ^ x) != 1) return false;
    }
    return true;
}

Polynomial random_chunker_polynomial() {
    // One in about 27 odd polynomials of this degree is irreducible.
    while (true) {
        Polynomial f = 0;
        fill_random(std::as_writable_bytes(std::span(&f, 1)));
        constexpr Polynomial top = Polynomial(1) << chunker_polynomial_degree;
        f = (f & (top - 1)) | top | 1;
        if (is_irreducible(f)) return f;
    }
}

}  // namespace holdfast::repository
