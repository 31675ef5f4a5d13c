// What the tests that walk the table of routes must be told of its rows: what a row has no line for here
// fails them, so that a new route comes with its line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/openapi/operation_forms.hpp"
#include "api/whole_server.hpp"

namespace holdfast::api {

// By whom what a path names is seen.
enum class SeenBy {
    everybody,       // whose role may call the operation
    those_in_scope,  // accounts with the machine in their scopes
    those_who_see_all,
    its_account,  // the account that made it
};

std::string name_of(const RouteRow& row);

// Of families of which this server has none.
bool is_in_empty_family(std::string_view path);
// "/tasks/{ID}": nothing in the catalog of a test stands for it, so that what it names is not found.
bool is_named_in_vain(std::string_view path_template);

// By the outermost parameter of the path that decides it. Fails the test where nothing is said of one.
SeenBy seen_by(std::string_view path_template);

// The address of a row with the ids that `role` would use, and with the action; parameters that nothing
// stands for get an id, or a number, that nothing has. Fails the test where no sample is known and none is
// excused.
struct SampleTarget {
    std::string text;
    bool is_there = true;  // all that the path names
};
SampleTarget target_of(const WholeServer& server, const RouteRow& row,
                       AccountRole role = AccountRole::portal_administrator);
// The same with ids that nothing has, in place of all that stand for something.
std::string target_of_nothing(const WholeServer& server, const RouteRow& row);

// The text with the segments of the address `to` in place of those of `from`: what is told of the one as it
// would be told of the other.
std::string readdressed(std::string text, std::string_view from, std::string_view to);

// A smallest body that the operation takes, the same in both formats, and what it answers to an administrator
// then. Fails the test where a row that reads a body has no line.
struct SampleBody {
    std::string json;
    std::string xml;
    int status = 0;
    bool names_machine = false;  // web01: for who does not see it, what the body names is not there
};
// Nothing for rows that read none.
std::optional<SampleBody> body_of(const WholeServer& server, const RouteRow& row);

// Lines of the samples that are of no row that there is: to be struck out.
std::vector<std::string> samples_of_no_row(const WholeServer& server);

// The token of a session of a new account that sees those machines of the sample host only; without machines
// it has no scope at all.
std::string log_on_scoped(WholeServer& server, AccountRole role, const std::string& name,
                          const std::vector<Uuid>& machines);
// A token of an account that sees all, with a scope for each of those machines of the sample host.
std::string make_scoped_token(WholeServer& server, AccountRole role, const std::string& name,
                              const std::vector<Uuid>& machines);
// web01, which everything in the catalog of WholeServer is of.
Uuid sample_machine();

// What is in the catalog, a line a record; without the audit log, and without which sessions are kept.
std::vector<std::string> catalog_of(const WholeServer& server);
// The lines that only one of the two has.
std::vector<std::string> differences(const std::vector<std::string>& before,
                                     const std::vector<std::string>& after);

}  // namespace holdfast::api
