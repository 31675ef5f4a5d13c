// What the scopes of an account hold together, written down: for the account, for those who have its scopes
// because they are in its group, and for its API tokens, whose own scopes show no machine that it does not
// see. Inside of a transaction.
#pragma once

#include "catalog/database.hpp"

namespace holdfast::catalog {

// Before what is below: whoever changes the scopes of accounts takes turns with others who change the same
// ones or who is in which group, or machines would be lost.
void hold_with_groups(Connection& connection, const Uuid& account);
void hold_groups(Connection& connection);

// Whether an account sees every machine, by its columns roles and allow_restore_all.
bool sees_all_machines(const Row& account);

// Of its own scopes; and its members' and its tokens' anew.
void gather_machines(Connection& connection, const Uuid& account);
// Of the scopes of its groups.
void gather_machines_of_groups(Connection& connection, const Uuid& member);
void gather_machines_of_tokens(Connection& connection, const Uuid& owner);

}  // namespace holdfast::catalog
