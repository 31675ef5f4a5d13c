// A client that logs on and knows nothing but the links of what it is answered, as every role, with all
// machines in its sight and with one of them, in XML and in JSON: it reaches every collection and every
// entity that its role may read, no link is dead, each leads to what its Type says, and every answer is as
// the served schema and OpenAPI document state it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <pugixml.hpp>
#include <regex>
#include <set>

#include "api/openapi_judge.hpp"
#include "api/routing/path_tree.hpp"
#include "api/whole_server.hpp"

namespace holdfast::api {
namespace {

namespace json = boost::json;

constexpr auto administrator = AccountRole::portal_administrator;
// web01, as the catalog has it.
const Uuid machine = *Uuid::parse("11111111-1111-4111-8111-111111111111");

// What is not reached, and why: that path and all below it.
struct Unreached {
    std::string_view path;
    std::string_view reason;
};
constexpr auto unreached = std::to_array<Unreached>({
    // No link leads there.
    {"/schema", "documents about the API; docs/api-additions.md says where they are"},
    {"/audit", "ours: the links of a logon stand in EM's order, which has none to it"},
    {"/events", "ours, as /audit"},
    {"/metrics", "ours, as /audit"},
    {"/tokens", "ours, as /audit"},
    {"/ownLogon", "ours, as /audit"},
    {"/serverSettings", "ours, as /audit"},
    {"/notificationTargets", "ours, as /audit"},
    {"/instantRecoveries", "ours, as /audit"},
    {"/bootVerifications", "ours, as /audit"},
    {"/catalog/search", "ours, as /audit"},
    {"/catalog/vms/{vmname}/vmRestorePoints/{ID}/guestfs", "the task of ?action=browse leads there"},
    {"/jobs/{ID}/guestScripts", "ours, as /audit"},
    {"/repositories/{ID}/keys", "ours, as /audit"},
    {"/repositories/{ID}/statistics", "ours, as /audit"},
    {"/cloud", "EM links to it where there is a licence of a service provider"},
    {"/cdpReplicas", "EM's logon links to /cdpReplica/vms and /cdpReplica/vApps"},
    {"/localhosts", "a slip of EM's documents, for /backupServers"},
    {"/repicaTaskSessions", "a slip of EM's documents, for /replicaTaskSessions"},
    {"/backups/{ID}/childbackups", "EM's backups have no link to it"},
    {"/restorePoints/{ID}/agentRestorePoints", "EM links to it from restore points of agents"},
    {"/restorePoints/{ID}/vAppRestorePoints", "EM links to it from restore points of vApps"},
    {"/backupSessions/{ID}/agentManagementSessions", "EM links to it from sessions of agents"},
    {"/jobs/{ID}/replicaSessions", "EM links to it from replication jobs"},
    {"/jobs/{ID}/linkedJobs", "EM links to it from backup copy jobs"},
    {"/jobs/{ID}/linkedBackupRepositories", "EM links to it from backup copy jobs"},

    // There is none.
    {"/replicas/{ID}", "nothing is replicated"},
    {"/replicaSessions/{ID}", "nothing is replicated"},
    {"/replicaTaskSessions/{ID}", "nothing is replicated"},
    {"/vmReplicaPoints/{ID}", "nothing is replicated"},
    {"/vAppReplicaPoints/{ID}", "nothing is replicated"},
    {"/failoverPlans/{ID}", "nothing is replicated"},
    {"/cdpPolicies/{ID}", "nothing is replicated"},
    {"/cdpReplica/vApps/{ID}", "nothing is replicated"},
    {"/cdpReplica/vms/{ID}", "nothing is replicated"},
    {"/cdpReplicaSessions/{ID}", "nothing is replicated"},
    {"/cdpReplicaTaskSessions/{ID}", "nothing is replicated"},
    {"/vAppRestorePoints/{ID}", "no hypervisor of ours has vApps"},
    {"/vCloud/orgConfigs/{ID}", "no hypervisor of ours has organizations"},
    {"/selfService/vSphere/Configs/{ID}", "no hypervisor of ours has tenants"},
    {"/wanAccelerators/{ID}", "there are none"},
    {"/externalRepositories/{ID}", "there are none"},
    {"/agents/agentRestorePoints/{ID}", "there are no agents"},
    {"/agents/discoveredComputers/{ID}", "there are no agents"},
    {"/agents/jobs/{ID}", "there are no agents"},
    {"/agents/protectionGroups/{ID}", "there are no agents"},
    {"/nas/fileServers/{ID}", "there are no file shares"},
    {"/nas/jobs/{ID}", "there are no file shares"},
    {"/vmRestorePoints/{ID}/mounts/{ID}", "a mount needs a restore point in a repository: tests/e2e"},
});
// Of the server and no machine: not for accounts that see some machines only.
constexpr std::array<std::string_view, 1> of_all_machines = {"/systemSessions/{ID}"};

// The links that are not followed, and how they are called.
const std::map<std::string_view, std::string_view> verbs = {{"Create", "POST"},
                                                            {"Delete", "DELETE"},
                                                            {"Browse", "POST"},
                                                            {"Edit", "PUT"},
                                                            {"Start", "POST"},
                                                            {"Stop", "POST"},
                                                            {"Retry", "POST"},
                                                            {"Clone", "POST"},
                                                            {"Restore", "POST"},
                                                            {"ToggleScheduleEnabled", "POST"},
                                                            {"ToggleRestoreScopesEnabled", "POST"},
                                                            {"VeeamZip", "POST"},
                                                            {"QuickBackup", "POST"}};
const std::set<std::string_view> followed = {"Up",    "Down",     "Alternate", "Related",
                                             "First", "Previous", "Next",      "Last"};

bool is_at_or_below(std::string_view path, std::string_view top) {
    return path == top || (path.starts_with(top) && path[top.size()] == '/');
}

const Unreached* find_unreached(std::string_view path) {
    const auto found =
        std::ranges::find_if(unreached, [&](const auto& one) { return is_at_or_below(path, one.path); });
    return found == unreached.end() ? nullptr : &*found;
}

// The table of routes: which row an address is of.
class Table {
  public:
    explicit Table(std::vector<RouteRow> rows) : rows_(std::move(rows)) {
        for (const auto& row : rows_) places_.push_back(tree_.add(row.path));
    }
    const std::vector<RouteRow>& rows() const { return rows_; }
    const RouteRow* find(std::string_view method, std::string_view target) const {
        const std::size_t question = std::min(target.find('?'), target.size());
        auto segments = split_path(target.substr(0, question));
        if (!segments || segments->empty() || segments->front() != "api") return nullptr;
        segments->erase(segments->begin());
        const auto place = tree_.find(*segments);
        const auto query = QueryParameters::parse(target.substr(std::min(question + 1, target.size())));
        for (std::size_t i = 0; place && i < rows_.size(); ++i)
            if (places_[i] == place->number && rows_[i].method == method &&
                rows_[i].action == query.get("action"))
                return &rows_[i];
        return nullptr;
    }

  private:
    std::vector<RouteRow> rows_;
    PathTree tree_;
    std::vector<std::size_t> places_;
};

// What a document says of another one: a link, or the address of a resource, which has no Rel.
struct FoundLink {
    std::string rel;
    std::string href;
    std::string type;
};

void collect(const pugi::xml_node& node, std::vector<FoundLink>& found) {
    if (const auto href = node.attribute("Href"))
        found.push_back({node.attribute("Rel").value(), href.value(), node.attribute("Type").value()});
    for (const auto& child : node.children()) collect(child, found);
}

std::string text_at(const json::object& object, std::string_view member) {
    const auto* value = object.if_contains(member);
    return value != nullptr && value->is_string() ? json::value_to<std::string>(*value) : "";
}

void collect(const json::value& value, std::vector<FoundLink>& found) {
    if (const auto* array = value.if_array())
        for (const auto& item : *array) collect(item, found);
    const auto* object = value.if_object();
    if (object == nullptr) return;
    if (const auto href = text_at(*object, "Href"); !href.empty())
        found.push_back({text_at(*object, "Rel"), href, text_at(*object, "Type")});
    for (const auto& member : *object) collect(member.value(), found);
}

// The root element that the Type of a link means.
std::string root_of_type(const std::string& type) {
    static const std::map<std::string_view, std::string_view> others = {
        {"ObjectInJobList", "ObjectsInJob"},
        {"QueryService", "QuerySvc"},
        {"LookupService", "LookupSvc"},
        {"Report", "SummaryReport"},
        {"AgentsService", "Agents"},
        {"NasService", "NASService"},
        {"Credentials", "CredentialsInfo"},
        {"CredentialsList", "CredentialsInfoList"},
        {"PasswordKey", "PasswordKeyInfo"},
        {"PasswordKeyList", "PasswordKeyInfoList"},
        {"EnterpriseAccountInRoleList", "EnterpriseAccountInRoleList"}};
    if (const auto other = others.find(type); other != others.end()) return std::string(other->second);
    if (type.ends_with("ReferenceList")) return "EntityReferences";
    if (type.ends_with("Reference")) return "EntityRef";
    if (!type.ends_with("List")) return type;
    const auto one = type.substr(0, type.size() - 4);
    return one.ends_with('y') ? one.substr(0, one.size() - 1) + "ies" : one + "s";
}

void expect_root(const std::string& root, std::string type, const std::string& where) {
    if (type.empty()) return;
    if (where.find("/api/query?") != std::string::npos) type = "QueryResult";
    if (type == "ReportFrame") {
        EXPECT_TRUE(root.ends_with("ReportFrame")) << where << " is a " << root;
        return;
    }
    // EM's links call system sessions those of backup jobs.
    if (where.find("/api/systemSessions") != std::string::npos)
        if (const auto at = type.find("BackupJobSession"); at != std::string::npos)
            type.replace(at, std::string_view("BackupJobSession").size(), "SystemSession");
    EXPECT_EQ(root, root_of_type(type)) << where << " is not what the Type of its link says, " << type;
}

// All answers that were met, each once, to be judged together.
class Answers {
  public:
    void add(const std::string& target, int status, const std::string& text) {
        if (!seen_.insert(text).second) return;
        if (text.starts_with('{'))
            cases_.push_back(json::object{{"where", "GET " + target},
                                          {"method", "GET"},
                                          {"target", target},
                                          {"status", status},
                                          {"value", json::parse(text)}});
        else
            documents_.push_back(text);
    }
    void expect_as_stated_by(const WholeServer& server) const {
        const TemporaryDirectory folder;
        const auto schema = folder.path() / "RestAPI.xsd";
        std::ofstream(schema) << published(server, "RestAPI.xsd");
        std::vector<std::string> command{"xmllint", "--noout", "--nonet", "--schema", schema};
        for (const auto& text : documents_) {
            command.push_back(folder.path() / fmt::format("{}.xml", command.size()));
            std::ofstream(command.back(), std::ios::binary) << text;
        }
        EXPECT_GT(documents_.size(), 100U);
        EXPECT_NO_THROW(run_command(command, std::chrono::seconds(60)));
        expect_valid(published(server, "openapi.json"), cases_);
    }

  private:
    static std::string published(const WholeServer& server, const std::string& name) {
        return text_of(server.ask(administrator, "GET", "/api/schema/" + name));
    }

    std::vector<std::string> documents_;
    json::array cases_;
    std::set<std::string> seen_;
};

// One client, from its logon on.
class Crawl {
  public:
    Crawl(const WholeServer& server, const Table& table, AccountRole role, std::string accept)
        : server_(server), table_(table), role_(role), accept_(std::move(accept)) {}

    void run(const std::string& token, const http::Response& logon, Answers& answers) {
        note_links(text_of(logon), "the answer to the logon");
        while (!todo_.empty()) {
            const auto link = std::move(todo_.back());
            todo_.pop_back();
            if (!seen_.insert(link.target).second) continue;
            ASSERT_LT(seen_.size(), 5000U) << "the links never end";
            visit(token, link, answers);
        }
        for (const auto& [target, type] : types_)
            if (const auto root = roots_.find(target); root != roots_.end())
                expect_root(root->second, type, target);
    }
    const std::set<std::string>& targets() const { return seen_; }
    const std::set<const RouteRow*>& reached() const { return reached_; }

  private:
    struct Step {
        std::string target;
        std::string origin;
    };

    void visit(const std::string& token, const Step& step, Answers& answers) {
        const auto* row = table_.find("GET", step.target);
        ASSERT_NE(row, nullptr) << step.origin << " links to " << step.target << ", which is no operation";
        auto request = WholeServer::request(token, "GET", step.target);
        request.headers.emplace_back("Accept", accept_);
        const auto response = server_.router().handle(request);
        const auto text = text_of(response);
        // What an entity belongs to is told to whoever may see the entity, and to be read needs its own role.
        const int expected = !row->callers.allows({role_}) ? 403 : row->built ? 200 : 501;
        EXPECT_EQ(response.status, expected)
            << "a dead link in " << step.origin << ": " << step.target << " " << text.substr(0, 300);
        answers.add(step.target, response.status, text);
        if (response.status != 200 && response.status != 501) return;
        reached_.insert(row);
        if (response.status == 200) note_links(text, step.target, true);
    }

    void note_links(const std::string& text, const std::string& origin, bool note_root = false) {
        std::vector<FoundLink> found;
        if (text.starts_with('{')) {
            collect(json::parse(text), found);
        } else {
            pugi::xml_document document;
            ASSERT_TRUE(document.load_string(text.c_str())) << origin;
            if (note_root) roots_[origin] = document.document_element().name();
            collect(document.document_element(), found);
        }
        for (const auto& link : found) note_link(link, origin);
    }

    void note_link(const FoundLink& link, const std::string& origin) {
        constexpr std::string_view base = "https://backup:9398/api/";
        ASSERT_TRUE(link.href.starts_with(base)) << origin << " links to " << link.href;
        const auto target = link.href.substr(base.size() - std::string_view("/api/").size());
        if (link.rel.empty() || followed.contains(link.rel)) {
            types_.emplace(target, link.type);
            todo_.push_back({target, origin});
            return;
        }
        const auto verb = verbs.find(link.rel);
        ASSERT_NE(verb, verbs.end()) << origin << " has a link " << link.rel;
        EXPECT_NE(table_.find(verb->second, target), nullptr)
            << origin << " links to " << verb->second << " " << target << ", which is no operation";
    }

    const WholeServer& server_;
    const Table& table_;
    const AccountRole role_;
    const std::string accept_;
    std::vector<Step> todo_;
    std::set<std::string> seen_;
    std::set<std::pair<std::string, std::string>> types_;
    std::map<std::string, std::string> roots_;
    std::set<const RouteRow*> reached_;
};

enum class Sight { all_machines, one_machine };

class Crawler : public ::testing::Test {
  protected:
    // In both formats, of one session.
    void crawl(AccountRole role, Sight sight) {
        const auto name = sight == Sight::one_machine
                              ? server_.add_account(role, "of one machine", std::vector{machine})
                              : server_.add_account(role, "of all");
        const auto logon = server_.log_on(name);
        ASSERT_EQ(logon.status, 201);
        const auto token = token_in(logon);
        server_.add_task(token);
        Crawl in_xml(server_, table_, role, "application/xml");
        in_xml.run(token, logon, answers_);
        Crawl in_json(server_, table_, role, "application/json");
        in_json.run(token, server_.log_on(name, "", "application/json"), answers_);
        expect_reached(in_xml.reached(), role, sight);
        EXPECT_THAT(comparable(in_json.targets()), testing::ContainerEq(comparable(in_xml.targets())));
    }

    static std::string token_in(const http::Response& logon) {
        for (const auto& [name, value] : logon.headers)
            if (name == session_header) return value;
        return "";
    }

    // But for logon sessions, of which the second crawl has one more, and the times in the links of pages.
    static std::set<std::string> comparable(const std::set<std::string>& targets) {
        static const std::regex time("&asOf=[^&]*");
        std::set<std::string> made;
        for (const auto& target : targets)
            if (!target.starts_with("/api/logonSessions/")) made.insert(std::regex_replace(target, time, ""));
        return made;
    }

    void expect_reached(const std::set<const RouteRow*>& reached, AccountRole role, Sight sight) const {
        for (const auto& row : table_.rows()) {
            if (row.method != "GET" || !row.callers.allows({role})) continue;
            const bool is_reached = reached.contains(&row);
            const bool is_hidden =
                sight == Sight::one_machine && std::ranges::any_of(of_all_machines, [&](auto path) {
                    return is_at_or_below(row.path, path);
                });
            if (const auto* known = find_unreached(row.path))
                EXPECT_FALSE(is_reached) << row.path << " is reached, so strike out: " << known->reason;
            else
                EXPECT_EQ(is_reached, !is_hidden) << row.path << "?action=" << row.action;
        }
    }

    WholeServer server_;
    const Table table_{server_.router().rows()};
    Answers answers_;
};

TEST_F(Crawler, ReachesWhatEachRoleMayReadAndMeetsNoDeadLink) {
    for (auto role : all_roles)
        for (auto sight : {Sight::all_machines, Sight::one_machine}) {
            if (role == administrator && sight == Sight::one_machine) continue;  // they see all
            SCOPED_TRACE(fmt::format("as {} with {}", to_string(role),
                                     sight == Sight::one_machine ? "one machine" : "all machines"));
            crawl(role, sight);
        }
    answers_.expect_as_stated_by(server_);
}

// The links of a collection's PagingInfo, by their Rel.
std::map<std::string, std::string> page_links(const pugi::xml_document& document) {
    std::map<std::string, std::string> links;
    for (const auto& link : document.document_element().child("PagingInfo").child("Links").children())
        links[link.attribute("Rel").value()] = link.attribute("Href").value();
    return links;
}

// What a page of a collection or of a query's answer has, by the addresses of its items.
std::vector<std::string> hrefs_of_items(const pugi::xml_document& document) {
    auto list = document.document_element();
    if (list.name() == std::string_view("QueryResult")) list = list.first_child();
    if (list.name() == std::string_view("Entities")) list = list.first_child();
    std::vector<std::string> hrefs;
    for (const auto& item : list.children())
        if (const auto href = item.attribute("Href")) hrefs.emplace_back(href.value());
    return hrefs;
}

class Pages : public Crawler {
  protected:
    // Of each collection, in both of its forms, and of a query; with a parameter, to which more can be added.
    std::vector<std::string> collections() const {
        std::vector<std::string> all{"/api/query?type=BackupJobSession",
                                     "/api/query?type=BackupJobSession&format=Entities"};
        for (const auto& row : table_.rows()) {
            const auto target = server_.filled(administrator, row.path);
            if (row.method != "GET" || !row.built || !row.action.empty() || !target) continue;
            for (std::string_view format : {"", "Entity"}) {
                const auto asked = fmt::format("{}?format={}", *target, format);
                if (is_collection(asked)) all.push_back(asked);
            }
        }
        return all;
    }

    pugi::xml_document read(const std::string& target) const {
        pugi::xml_document document;
        const auto response = server_.ask(administrator, "GET", target);
        EXPECT_EQ(response.status, 200) << target;
        EXPECT_TRUE(document.load_string(text_of(response).c_str())) << target;
        return document;
    }

  private:
    bool is_collection(const std::string& target) const {
        const auto text = text_of(server_.ask(administrator, "GET", target + "&pageSize=1"));
        return text.starts_with("<?xml") && text.find("<PagingInfo") != std::string::npos;
    }
};

TEST_F(Pages, LinksGoThroughTheWholeOfEachCollection) {
    server_.add_sessions(6);
    const auto target_of = [](const std::string& href) { return href.substr(href.find("/api/")); };
    const auto all = collections();
    EXPECT_GT(all.size(), 80U);
    for (const auto& collection : all) {
        const auto first = collection + "&pageSize=2&page=1";
        std::vector<std::string> met;
        std::string last;
        for (std::string at = first; !at.empty();) {
            const auto page = read(at);
            std::ranges::move(hrefs_of_items(page), std::back_inserter(met));
            auto links = page_links(page);
            EXPECT_EQ(links.contains("Previous"), at != first) << at;
            last = target_of(links["Last"]);
            at = links.contains("Next") ? target_of(links["Next"]) : "";
        }
        EXPECT_THAT(met, testing::ContainerEq(hrefs_of_items(read(collection)))) << collection;
        auto links = page_links(read(last));
        EXPECT_FALSE(links.contains("Next")) << last;
        EXPECT_EQ(page_links(read(target_of(links["First"])))["Last"], links["Last"]);
    }
}

TEST_F(Crawler, WhatIsSaidToBeUnreachedIsInTheTable) {
    for (const auto& one : unreached)
        EXPECT_TRUE(std::ranges::any_of(table_.rows(), [&](const RouteRow& row) {
            return row.method == "GET" && is_at_or_below(row.path, one.path);
        })) << one.path;
}

}  // namespace
}  // namespace holdfast::api
