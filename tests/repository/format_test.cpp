// The file formats and what they are made of, one by one, and what they do with hostile input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backend_contract.hpp"
#include "repository/blob_index.hpp"
#include "repository/compression.hpp"
#include "repository/go_text.hpp"
#include "repository/index_file.hpp"
#include "repository/parsers.hpp"
#include "repository/snapshot_file.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

using testing::ElementsAre;

TEST(Sha256, KnowsTheVectorOfItsStandard) {
    EXPECT_EQ(id_of<BlobId>(as_bytes("abc")).to_string(),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Cipher, OpensWhatItSealedAndNothingElse) {
    Cipher cipher(MasterKey::random());
    for (std::size_t size : {0u, 1u, 15u, 16u, 17u, 1000u, 1u << 20}) {
        Bytes plain = random_bytes(size, 1);
        Bytes sealed = cipher.seal(plain);
        EXPECT_EQ(sealed.size(), size + Cipher::overhead);
        EXPECT_EQ(cipher.try_open(sealed), plain);
        EXPECT_NE(cipher.seal(plain), sealed);
        EXPECT_EQ(Cipher(MasterKey::random()).try_open(sealed), std::nullopt);
        for (std::size_t i : {std::size_t(0), sealed.size() / 2, sealed.size() - 1}) {
            Bytes changed = sealed;
            changed[i] ^= std::byte(1);
            EXPECT_EQ(cipher.try_open(changed), std::nullopt);
        }
    }
    EXPECT_EQ(cipher.try_open(Bytes(31)), std::nullopt);
}

TEST(Compression, IsBoundedBothWays) {
    Bytes plain = random_bytes(100, 1);
    plain.resize(1 << 20);
    Bytes compressed = compress(plain);
    EXPECT_LT(compressed.size(), 1000u);
    EXPECT_EQ(decompress(compressed, plain.size(), "x"), plain);
    EXPECT_EQ(decompress_up_to(compressed, plain.size(), "x"), plain);
    EXPECT_EQ(error_of([&] { decompress(compressed, plain.size() - 1, "x"); }), ErrorKind::corrupt);
    EXPECT_EQ(error_of([&] { decompress(compressed, plain.size() + 1, "x"); }), ErrorKind::corrupt);
    EXPECT_EQ(error_of([&] { decompress_up_to(compressed, plain.size() - 1, "x"); }), ErrorKind::too_large);
    compressed.resize(compressed.size() - 3);
    EXPECT_EQ(error_of([&] { decompress_up_to(compressed, plain.size(), "x"); }), ErrorKind::corrupt);
    EXPECT_EQ(error_of([&] { decompress_up_to(as_bytes("no zstd"), 100, "x"); }), ErrorKind::corrupt);
    EXPECT_EQ(error_of([&] { decompress_up_to({}, 100, "x"); }), ErrorKind::corrupt);
}

TEST(Polynomial, IrreducibleOnesAreKnown) {
    for (Polynomial f : {0b10u, 0b11u, 0b111u, 0b1011u, 0b1101u, 0b10011u, 0b100011011u})
        EXPECT_TRUE(is_irreducible(f)) << f;
    for (Polynomial f : {0b0u, 0b1u, 0b100u, 0b101u, 0b110u, 0b1111u, 0b10101u})
        EXPECT_FALSE(is_irreducible(f)) << f;
    EXPECT_TRUE(is_irreducible(0x25b468838dcb75));  // the one in restic's document
    EXPECT_FALSE(is_irreducible(0x25b468838dcb77));
    auto random = random_chunker_polynomial();
    EXPECT_TRUE(is_irreducible(random));
    EXPECT_EQ(random >> 53, 1u);
}

// All polynomials of degree 8 against division by every smaller one.
TEST(Polynomial, AgreesWithTrialDivision) {
    auto divides = [](Polynomial d, Polynomial f) {
        auto degree = [](Polynomial p) { return static_cast<int>(std::bit_width(p)); };
        while (degree(f) >= degree(d)) f ^= d << (degree(f) - degree(d));
        return f == 0;
    };
    for (Polynomial f = 256; f < 512; ++f) {
        bool has_divisor = false;
        for (Polynomial d = 2; d < 32; ++d) has_divisor = has_divisor || divides(d, f);
        EXPECT_EQ(is_irreducible(f), !has_divisor) << f;
    }
}

TEST(GoText, EscapesAsGoDoes) {
    auto json = [](std::string_view text) {
        std::string out;
        append_json_string(out, text);
        return out;
    };
    EXPECT_EQ(json("a\"b\\c\n\r\t\x01<>&\xe2\x80\xa8\xc3\xa4\xff"),
              "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u003c\\u003e\\u0026\\u2028\xc3\xa4\\ufffd\"");
    EXPECT_EQ(quote_name("a\"b\\c\a\b\f\n\r\t\v\x01\x7f\xc3\xa4\xff\xc2\xa0\xf0\x9f\x98\x80"),
              "a\\\"b\\\\c\\a\\b\\f\\n\\r\\t\\v\\x01\\x7f\xc3\xa4\\xff\\u00a0\xf0\x9f\x98\x80");
    std::string all;
    for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
    EXPECT_EQ(unquote_name(quote_name(all)), all);
    EXPECT_EQ(unquote_name("\\101\\x42\\u0043\\U00000044"), "ABCD");
    for (auto bad : {"\\", "\\q", "\\x4", "\\u123", "\\ud800", "\\U00110000", "\\400", "\"", "\n"})
        EXPECT_EQ(unquote_name(bad), std::nullopt) << bad;
}

PackedBlob blob_of(BlobType type, unsigned seed, std::uint32_t offset, std::uint32_t length,
                   std::uint32_t uncompressed) {
    return {type, id_of<BlobId>(random_bytes(8, seed)), offset, length, uncompressed};
}

TEST(Pack, HeaderComesBack) {
    Cipher cipher(MasterKey::random());
    std::vector<PackedBlob> blobs{
        blob_of(BlobType::data, 1, 0, 100, 0), blob_of(BlobType::tree, 2, 100, 50, 0),
        blob_of(BlobType::data, 3, 150, 60, 5000), blob_of(BlobType::tree, 4, 210, 32, 1)};
    Bytes end = encode_pack_header(blobs, cipher);
    EXPECT_EQ(end.size(), pack_header_size(blobs));
    auto length = parse_pack_header_length(ByteView(end).last(4), 242 + end.size(), "pack");
    EXPECT_EQ(length + 4, end.size());
    EXPECT_EQ(parse_pack_header(cipher.open(ByteView(end).first(length), "pack"), "pack"), blobs);
    EXPECT_EQ(error_of([&] { parse_pack_header_length(ByteView(end).last(4), 10, "pack"); }),
              ErrorKind::corrupt);
}

TEST(Index, ComesBackAndChecksLengths) {
    std::vector<IndexedPack> packs{
        {id_of<PackId>(as_bytes("a")),
         {blob_of(BlobType::data, 1, 0, 100, 0), blob_of(BlobType::data, 2, 100, 60, 5000)}},
        {id_of<PackId>(as_bytes("b")), {blob_of(BlobType::tree, 3, 0, 50, 900)}}};
    auto json = encode_index(packs);
    auto parsed = parse_index(as_bytes(json), "index");
    ASSERT_EQ(parsed.size(), 2u);
    EXPECT_EQ(parsed[0].id, packs[0].id);
    EXPECT_EQ(parsed[0].blobs, packs[0].blobs);
    EXPECT_EQ(parsed[1].blobs, packs[1].blobs);
    std::string id(64, 'a');
    auto with = [&](const std::string& fields) {
        return "{\"packs\":[{\"id\":\"" + id + "\",\"blobs\":[{\"id\":\"" + id + "\"," + fields + "}]}]}";
    };
    auto kind = [](const std::string& text) {
        return error_of([&] { parse_index(as_bytes(text), "index"); });
    };
    EXPECT_EQ(kind(with(R"("type":"data","offset":0,"length":32)")), std::nullopt);
    for (auto bad :
         {R"("type":"data","offset":0,"length":31)", R"("type":"data","offset":4294967295,"length":32)",
          R"("type":"data","offset":0,"length":4000000000)", R"("type":"data","offset":-1,"length":32)",
          R"("type":"data","offset":0.5,"length":32)", R"("type":"other","offset":0,"length":32)",
          R"("type":"data","offset":0,"length":32,"uncompressed_length":4000000000)",
          R"("type":"data","offset":0)"})
        EXPECT_EQ(kind(with(bad)), ErrorKind::corrupt) << bad;
    EXPECT_EQ(kind("{\"packs\":" + std::string(100'000, '[')), ErrorKind::corrupt);
}

TEST(Tree, HostileNamesAreRefused) {
    auto kind = [](const std::string& name) {
        std::string json = R"({"nodes":[{"name":")" + name + R"(","type":"file","content":[]}]})";
        return error_of([&] { parse_tree(as_bytes(json), "tree"); });
    };
    EXPECT_EQ(kind("good"), std::nullopt);
    for (auto bad : {"", ".", "..", "a/b", "../x", "\\\\x2e\\\\x2e", "a\\\\x00b", "a\\u0000b", "\\\\q"})
        EXPECT_EQ(kind(bad), ErrorKind::corrupt) << bad;
}

TEST(SnapshotFile, ComesBack) {
    Snapshot snapshot{.time = from_micros(1'780'000'000'123'456),
                      .hostname = "h",
                      .username = "u",
                      .paths = {"/a", "/b<"},
                      .tags = {"x=1"},
                      .parent = SnapshotId(sha256(as_bytes("p"))),
                      .tree = id_of<BlobId>(as_bytes("t"))};
    auto parsed = parse_snapshot(as_bytes(encode_snapshot(snapshot)), "snapshot");
    EXPECT_EQ(parsed.time, snapshot.time);
    EXPECT_EQ(parsed.hostname, "h");
    EXPECT_EQ(parsed.username, "u");
    EXPECT_THAT(parsed.paths, ElementsAre("/a", "/b<"));
    EXPECT_THAT(parsed.tags, ElementsAre("x=1"));
    EXPECT_EQ(parsed.parent, snapshot.parent);
    EXPECT_EQ(parsed.tree, snapshot.tree);
    EXPECT_EQ(error_of([] { parse_snapshot(as_bytes(R"({"time":"yesterday"})"), "snapshot"); }),
              ErrorKind::corrupt);
}

TEST(KeyFile, OpensWithItsPasswordOnly) {
    MasterKey master = MasterKey::random();
    auto json = make_key_file(master, "secret", quick_scrypt);
    auto file = parse_key_file(as_bytes(json), "key");
    EXPECT_EQ(unlock(file, "secret", "key")->encrypt, master.encrypt);
    EXPECT_EQ(unlock(file, "Secret", "key").has_value(), false);
}

TEST(KeyFile, CostsBeyondReasonAreRefused) {
    auto with = [](const std::string& cost) {
        return R"({"kdf":"scrypt",)" + cost + R"(,"salt":")" + to_base64(Bytes(64)) + R"(","data":""})";
    };
    auto kind = [&](const std::string& cost) {
        return error_of([&] { parse_key_file(as_bytes(with(cost)), "key"); });
    };
    EXPECT_EQ(kind(R"("N":65536,"r":8,"p":1)"), std::nullopt);
    for (auto bad :
         {R"("N":1048576,"r":64,"p":1)", R"("N":0,"r":8,"p":1)", R"("N":1000,"r":8,"p":1)",
          R"("N":1024,"r":0,"p":1)", R"("N":65536,"r":8,"p":200)", R"("N":18446744073709551615,"r":8,"p":1)"})
        EXPECT_EQ(kind(bad), ErrorKind::not_supported) << bad;
}

TEST(BlobIndex, FindsWhatWasAdded) {
    BlobIndex index;
    std::vector<IndexedPack> packs;
    for (unsigned p = 0; p < 50; ++p) {
        IndexedPack pack{id_of<PackId>(random_bytes(8, p)), {}};
        for (unsigned b = 0; b < 200; ++b)
            pack.blobs.push_back(
                blob_of(b % 7 == 0 ? BlobType::tree : BlobType::data, p * 1000 + b, b * 100, 100, b));
        index.add(pack.id, pack.blobs);
        packs.push_back(std::move(pack));
    }
    EXPECT_EQ(index.size(), 10'000u);
    for (const auto& pack : packs)
        for (const auto& blob : pack.blobs) {
            auto found = index.find(blob.type, blob.id);
            ASSERT_TRUE(found);
            EXPECT_EQ(found->pack, pack.id);
            EXPECT_EQ(found->blob, blob);
            auto other = blob.type == BlobType::data ? BlobType::tree : BlobType::data;
            EXPECT_FALSE(index.contains(other, blob.id));
        }
    index.add(packs[0].id, packs[0].blobs);  // the same pack in another index file
    EXPECT_EQ(index.size(), 10'000u);
    index.add(id_of<PackId>(as_bytes("copy")), packs[0].blobs);  // the same blobs in another pack
    EXPECT_EQ(index.size(), 10'200u);
    EXPECT_EQ(index.find(packs[0].blobs[5].type, packs[0].blobs[5].id)->pack, packs[0].id);
}

// Everything that a fuzzer feeds, fed here with a little of everything.
TEST(Parsers, RefuseGarbageWithAnErrorOfTheFamily) {
    std::vector<std::string> inputs{"",
                                    "{",
                                    "[]",
                                    "null",
                                    "{}",
                                    "\x02",
                                    std::string(1000, '['),
                                    std::string(100, '\0'),
                                    std::string(as_text(random_bytes(500, 1)))};
    for (const auto& input : inputs)
        for (const auto& parser : all_parsers)
            EXPECT_NO_THROW(parser.try_parse(as_bytes(input))) << parser.name;
    EXPECT_TRUE(try_parse_tree(as_bytes("{\"nodes\":[]}")));
    EXPECT_FALSE(try_parse_tree(as_bytes("{")));
}

}  // namespace
}  // namespace holdfast::repository
