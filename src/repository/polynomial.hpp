// The polynomial over GF(2) that restic's chunker works with: irreducible, of degree 53, random for each
// repository. A polynomial is its coefficients as bits: x^3 + x + 1 is 0b1011.
#pragma once

#include <cstdint>

namespace holdfast::repository {

using Polynomial = std::uint64_t;

constexpr int chunker_polynomial_degree = 53;

// a mod f.
Polynomial remainder(Polynomial a, Polynomial f);

// Of any degree up to 62.
bool is_irreducible(Polynomial f);

Polynomial random_chunker_polynomial();

}  // namespace holdfast::repository
