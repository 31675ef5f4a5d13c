// The REST backend against a real server, over TCP, TLS and a unix socket, and over connections that break.
#include "repository/rest_backend.hpp"

#include <set>

#include "backend_contract.hpp"
#include "http_servers.hpp"
#include "repository/open_backend.hpp"
#include "repository/parallel.hpp"
#include "repository/sha256.hpp"

namespace holdfast::repository {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

using namespace std::chrono_literals;

// What serves a factory's backends; started by the first of them.
struct Served {
    TemporaryDirectory folder{quick_folder()};
    std::unique_ptr<RcloneServe> server;
    std::unique_ptr<FaultyProxy> proxy;
    std::string url;
    std::set<std::string> made;
};

BackendFactory served_backend(const std::string& name, std::function<void(Served&)> start) {
    auto served = std::make_shared<std::optional<Served>>();
    return {name, [served, start](const std::string& key) -> std::unique_ptr<Backend> {
                if (!*served) start(served->emplace());
                auto backend = connect((*served)->url + key + "/");
                if ((*served)->made.insert(key).second) backend->make_layout();
                return backend;
            }};
}

void serve_plainly(Served& served) {
    served.server = std::make_unique<RcloneServe>(served.folder.path());
    served.url = served.server->url();
}

void serve_with_tls(Served& served) {
    make_certificate(served.folder.path());
    auto path = served.folder.path();
    ::setenv("HOLDFAST_CACERT", (path / "cert.pem").c_str(), 1);
    served.server = std::make_unique<RcloneServe>(
        path / "store", std::vector<std::string>{"--cert", path / "cert.pem", "--key", path / "key.pem",
                                                 "--user", "ann", "--pass", "p@ss/word"});
    served.url = "https://ann:p%40ss%2Fword@127.0.0.1:" + std::to_string(served.server->port()) + "/";
}

void serve_on_a_unix_socket(Served& served) {
    served.server = std::make_unique<RcloneServe>(served.folder.path() / "store");
    auto socket = served.folder.path() / "socket";
    served.proxy = std::make_unique<FaultyProxy>(served.server->port(), Faults{}, socket);
    served.url = "http+unix://" + socket.string() + ":/";
}

void serve_badly(Served& served) {
    served.server = std::make_unique<RcloneServe>(served.folder.path());
    served.proxy = std::make_unique<FaultyProxy>(served.server->port(), Faults{.cut_answer_after = 900});
    served.url = served.proxy->url();
}

// As an address `rclone:` has it started: by Holdfast itself, one rclone for each backend.
BackendFactory rclone_backend() {
    struct Store {
        TemporaryDirectory folder{quick_folder()};
        std::set<std::string> made;
    };
    auto store = std::make_shared<std::optional<Store>>();
    return {"rclone", [store](const std::string& key) {
                if (!*store) store->emplace();
                bool is_new = (*store)->made.insert(key).second;
                return open_backend("rclone::local:" + ((*store)->folder.path() / key).string(),
                                    is_new ? Layout::make : Layout::expect);
            }};
}

INSTANTIATE_TEST_SUITE_P(Rest, BackendContract,
                         testing::Values(served_backend("http", serve_plainly),
                                         served_backend("https", serve_with_tls),
                                         served_backend("unix_socket", serve_on_a_unix_socket),
                                         served_backend("broken_connections", serve_badly), rclone_backend()),
                         [](const auto& test) { return test.param.name; });

class RestBackendTest : public testing::Test {
  protected:
    TemporaryDirectory folder_{quick_folder()};
    RcloneServe server_{folder_.path()};
    const Bytes bytes_ = random_bytes(3 * MiB + 17, 1);
    const FileName name_{FileType::pack, id_of<FileId>(bytes_)};

    void save_directly() {
        auto backend = connect(server_.url());
        backend->make_layout();
        backend->save(name_, bytes_);
    }
    // Loads all but the first 100 bytes through a proxy with these faults.
    unsigned connections_of_a_load(Faults faults) {
        save_directly();
        FaultyProxy proxy(server_.port(), std::move(faults));
        Bytes loaded(bytes_.size() - 100);
        connect(proxy.url())->load(name_, 100, loaded);
        EXPECT_TRUE(std::equal(loaded.begin(), loaded.end(), bytes_.begin() + 100));
        return proxy.connections();
    }
};

TEST_F(RestBackendTest, ABrokenReadGoesOnWhereItEnded) {
    // Were each try to start over, none of them would ever come to the end.
    EXPECT_EQ(connections_of_a_load({.cut_answer_after = 1 * MiB}), 4u);
}

TEST_F(RestBackendTest, AStalledReadIsTakenUpAgain) {
    EXPECT_EQ(connections_of_a_load({.stall_after = 1 * MiB, .healthy_from = 1}), 2u);
}

TEST_F(RestBackendTest, ABusyServerIsAskedAgain) {
    EXPECT_EQ(connections_of_a_load({.healthy_from = 2, .answer = http_answer(503, "busy")}), 3u);
    EXPECT_EQ(
        connections_of_a_load({.healthy_from = 1, .answer = http_answer(429, "", "Retry-After: 600\r\n")}),
        2u);
}

TEST_F(RestBackendTest, ABrokenUploadIsSentAgain) {
    connect(server_.url())->make_layout();
    FaultyProxy proxy(server_.port(), {.cut_request_after = 1 * MiB, .healthy_from = 3});
    // rclone removes what broke off; a try that follows too soon would find its file removed with it.
    auto limits = quick_limits;
    limits.first_wait = limits.longest_wait = 200ms;
    auto backend = connect(proxy.url(), limits);
    EXPECT_EQ(backend->size(name_), std::nullopt);
    backend->save(name_, bytes_);
    EXPECT_EQ(proxy.connections(), 4u);
    EXPECT_THAT(backend->list(FileType::pack), SizeIs(1));
    Bytes loaded(bytes_.size());
    backend->load(name_, 0, loaded);
    EXPECT_EQ(loaded, bytes_);
}

TEST_F(RestBackendTest, AnUploadThatNeverEndsLeavesNothing) {
    connect(server_.url())->make_layout();
    FaultyProxy proxy(server_.port(), {.cut_request_after = 1 * MiB});
    auto backend = connect(proxy.url());
    EXPECT_EQ(backend->size(name_), std::nullopt);
    EXPECT_EQ(error_of([&] { backend->save(name_, bytes_); }), ErrorKind::unavailable);
    EXPECT_GE(proxy.connections(), 11u);  // ten tries, and one to remove what may be there
    EXPECT_EQ(connect(server_.url())->size(name_), std::nullopt);
}

TEST_F(RestBackendTest, AnAppendOnlyServerKeepsWhatItHas) {
    save_directly();
    RcloneServe append_only(folder_.path(), {"--append-only"});
    auto backend = connect(append_only.url());
    backend->save(name_, bytes_);  // the same again
    Bytes other = random_bytes(bytes_.size(), 2);
    EXPECT_EQ(error_of([&] { backend->save(name_, other); }), ErrorKind::corrupt);
    EXPECT_EQ(error_of([&] { backend->remove(name_); }), ErrorKind::forbidden);
}

TEST_F(RestBackendTest, ManyThreadsShareTheConnections) {
    auto backend = connect(server_.url());
    backend->make_layout();
    std::vector<FileId> ids(100);
    for_each_parallel(ids.size(), 32, {}, [&](std::size_t i) {
        Bytes bytes = random_bytes(1000 + i, static_cast<unsigned>(i));
        ids[i] = id_of<FileId>(bytes);
        backend->save({FileType::index, ids[i]}, bytes);
        Bytes loaded(bytes.size());
        backend->load({FileType::index, ids[i]}, 0, loaded);
        EXPECT_EQ(loaded, bytes);
    });
    EXPECT_THAT(backend->list(FileType::index), SizeIs(100));
    backend->remove_all(FileType::index, ids);
    EXPECT_THAT(backend->list(FileType::index), SizeIs(0));
}

TEST_F(RestBackendTest, ResticReadsWhatWasWrittenThroughTheServer) {
    std::string url = "rest:" + server_.url() + "repo/";
    auto repository = Repository::create(url, test_password);
    EXPECT_EQ(error_of([&] { Repository::create(url, test_password); }), ErrorKind::conflict);
    MemoryDisk disk(random_bytes(4 * MiB, 7));
    auto snapshot = back_up(*repository, disk);
    EXPECT_THAT(restic(url, {"check", "--read-data"}), HasSubstr("no errors were found"));
    EXPECT_THAT(restic(url, {"snapshots"}), HasSubstr(snapshot.id.to_string().substr(0, 8)));

    restic(url, {"backup", "--tag", "by-restic", HOLDFAST_TESTS_DIR "/repository/support.hpp"});
    auto again = Repository::open(url, test_password);
    EXPECT_THAT(again->snapshots(), SizeIs(2));
    EXPECT_EQ(restore(*again, snapshot.id, disk.bytes.size()), disk.bytes);
    EXPECT_THAT(check_all(*again).problems, SizeIs(0));
    auto statistics = again->statistics();
    EXPECT_EQ(statistics.capacity_bytes, 0u);
    EXPECT_GT(statistics.stored_bytes, 4 * MiB);
    again->forget(std::array{snapshot.id});
    Progress progress;
    EXPECT_GT(again->prune(progress, {}).freed_bytes, 3 * MiB);
    EXPECT_THAT(restic(url, {"check", "--read-data"}), HasSubstr("no errors were found"));
}

// The error that leaves `work`, as text.
template <typename Work>
std::string message_of(Work&& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

TEST(RestErrors, WrongCredentialsAreToldWithoutThem) {
    TemporaryDirectory folder{quick_folder()};
    RcloneServe server(folder.path(), {"--user", "ann", "--pass", "right"});
    auto open = [&] {
        Repository::open("rest:http://ann:wr0ng-one@127.0.0.1:" + std::to_string(server.port()) + "/", "x");
    };
    EXPECT_EQ(error_of(open), ErrorKind::unauthenticated);
    EXPECT_THAT(message_of(open), HasSubstr("rest:http://ann:***@127.0.0.1"));
    EXPECT_THAT(message_of(open), Not(HasSubstr("wr0ng-one")));
}

TEST(RestErrors, WithoutAServerItEndsQuickly) {
    std::string url;
    {
        Listener gone([](int) {});
        url = "rest:http://127.0.0.1:" + std::to_string(gone.port()) + "/";
    }
    auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(error_of([&] { Repository::open(url, "x"); }), ErrorKind::unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST(RestErrors, AnUnknownCertificateIsNotTrusted) {
    TemporaryDirectory folder{quick_folder()};
    make_certificate(folder.path());
    RcloneServe server(folder.path() / "store",
                       {"--cert", folder.path() / "cert.pem", "--key", folder.path() / "key.pem"});
    ::unsetenv("HOLDFAST_CACERT");
    auto open = [&] {
        connect("https://127.0.0.1:" + std::to_string(server.port()) + "/")->list(FileType::key);
    };
    EXPECT_EQ(error_of(open), ErrorKind::unavailable);
    EXPECT_THAT(message_of(open), HasSubstr("HOLDFAST_CACERT"));
}

TEST(RcloneErrors, AreTold) {
    auto error = [](const std::string& url) { return message_of([&] { Repository::open(url, "x"); }); };
    EXPECT_THAT(error("rclone:no-such-remote:x"), HasSubstr("no-such-remote"));
    // A remote that cannot be reached: not the same as one without a repository.
    std::string secret = "rclone::sftp,host=127.0.0.1,port=1,user=ann,pass=wr0ng-one:x";
    EXPECT_EQ(error_of([&] { Repository::open(secret, "x"); }), ErrorKind::unavailable);
    EXPECT_THAT(error(secret), Not(HasSubstr("wr0ng-one")));
    TemporaryDirectory folder{quick_folder()};
    EXPECT_EQ(error_of([&] { Repository::open("rclone::local:" + folder.path().string(), "x"); }),
              ErrorKind::not_found);
}

TEST(RestListing, NamesWithoutSizesAreAskedFor) {
    std::string id(64, 'a');
    ScriptedServer server([&](const std::string& head) {
        if (head.starts_with("HEAD ")) return std::string("HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n");
        return http_answer(200, R"([")" + id + R"(", "../etc/passwd", "short"])");
    });
    auto files = connect(server.url())->list(FileType::index);
    ASSERT_THAT(files, SizeIs(1));
    EXPECT_EQ(files[0].id.to_string(), id);
    EXPECT_EQ(files[0].size, 42u);
}

TEST(RestListing, AnythingElseIsAnError) {
    for (const char* text : {"<html>", "{}", "[1]", "[[]]", "3", "[{\"name\":\"x\"}", "[] []", ""}) {
        ScriptedServer server([&](const std::string&) { return http_answer(200, text); });
        EXPECT_EQ(error_of([&] { connect(server.url())->list(FileType::key); }), ErrorKind::corrupt) << text;
    }
    // A missing folder may be a server that has lost its disk: not the same as an empty one.
    ScriptedServer server([](const std::string&) { return http_answer(404, ""); });
    EXPECT_EQ(error_of([&] { connect(server.url())->list(FileType::snapshot); }), ErrorKind::not_found);
}

TEST(RestAnswers, MoreOrOtherBytesThanAskedForAreRefused) {
    FileName name{FileType::pack, {}};
    Bytes into(10);
    ScriptedServer whole([](const std::string&) { return http_answer(200, std::string(1000, 'x')); });
    connect(whole.url())->load(name, 0, into);  // begins with what was asked for
    EXPECT_EQ(error_of([&] { connect(whole.url())->load(name, 5, into); }), ErrorKind::unavailable);
    ScriptedServer other([](const std::string&) {
        return http_answer(206, std::string(10, 'x'), "Content-Range: bytes 0-9/1000\r\n");
    });
    EXPECT_EQ(error_of([&] { connect(other.url())->load(name, 5, into); }), ErrorKind::unavailable);
}

// rclone answers 404 where its storage does not answer; a prune must not take a snapshot for forgotten then.
TEST(RestAnswers, RclonesNotFoundIsNotBelievedAlone) {
    std::string id(64, '0');
    ScriptedServer server([&](const std::string& head) {
        if (!head.starts_with("GET /snapshots/ ")) return http_answer(404, "", "Server: rclone/v1.60\r\n");
        return http_answer(200, R"([{"name":")" + id + R"(","size":3}])");
    });
    EXPECT_EQ(error_of([&] { connect(server.url())->size({FileType::snapshot, {}}); }),
              ErrorKind::unavailable);
}

}  // namespace
}  // namespace holdfast::repository
