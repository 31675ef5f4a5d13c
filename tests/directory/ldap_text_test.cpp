// What reaches a directory's filters, what is read out of DNs, and which settings are refused.
#include <gtest/gtest.h>

#include "directory/ldap_directory.hpp"
#include "directory/ldap_text.hpp"
#include "error_of.hpp"

namespace holdfast::directory {
namespace {

TEST(Filters, HoldAValueAsItIs) {
    EXPECT_EQ(escape_filter_value("ann9"), "ann9");
    EXPECT_EQ(escape_filter_value("*"), "\\2a");
    EXPECT_EQ(escape_filter_value("a)(uid=*"), "a\\29\\28uid\\3d\\2a");
    EXPECT_EQ(escape_filter_value(std::string_view("\\\0", 2)), "\\5c\\00");
    EXPECT_EQ(escape_filter_value("ü"), "\\c3\\bc");
}

TEST(Filters, TakeTheNameInEachPlaceAndNotInsideOfItself) {
    EXPECT_EQ(fill_filter("(|(uid={name})(mail={name}))", "a*"), "(|(uid=a\\2a)(mail=a\\2a))");
    EXPECT_EQ(fill_filter("(uid={name})", "{name}"), "(uid=\\7bname\\7d)");
}

TEST(Names, AreReadOutOfDns) {
    EXPECT_EQ(common_name_of("cn=admins,ou=groups,dc=example"), "admins");
    EXPECT_EQ(common_name_of("CN=Smith\\, Inc.,DC=example"), "Smith, Inc.");
    EXPECT_EQ(common_name_of("ou=cn=admins,dc=example"), std::nullopt);
    EXPECT_EQ(common_name_of("cn=admins+ou=x,dc=example"), std::nullopt);
    EXPECT_EQ(common_name_of("no dn"), std::nullopt);
    EXPECT_EQ(common_name_of(""), std::nullopt);
}

LdapSettings settings(const std::string& uri) {
    return {.server = {uri, "/etc/ca.pem"}, .user_base = "dc=example"};
}

TEST(Settings, NeedTlsABaseAndAPlaceForTheName) {
    EXPECT_NO_THROW(LdapDirectory(settings("ldaps://a ldaps://b:1636")));
    EXPECT_NO_THROW(LdapDirectory(settings("ldap://a")));
    for (const char* uri :
         {"", "a", "http://a", "ldapi://a", "ldaps://", "ldaps://a/dc=x", "ldaps://a ldap://b"})
        EXPECT_EQ(error_of([&] { LdapDirectory directory(settings(uri)); }), ErrorKind::invalid_input) << uri;
    auto wrong = settings("ldaps://a");
    wrong.user_filter = "(uid=ann)";
    EXPECT_EQ(error_of([&] { LdapDirectory directory(wrong); }), ErrorKind::invalid_input);
    wrong = settings("ldaps://a");
    wrong.bind_dn = "cn=reader";
    EXPECT_EQ(error_of([&] { LdapDirectory directory(wrong); }), ErrorKind::invalid_input);
}

TEST(Logons, WithoutAPasswordAskNobody) {
    LdapDirectory nowhere(settings("ldaps://127.0.0.1:1"));
    EXPECT_FALSE(nowhere.authenticate("ann", ""));
    EXPECT_FALSE(nowhere.authenticate("", "secret"));
    EXPECT_FALSE(nowhere.authenticate(std::string(300, 'a'), "secret"));
}

}  // namespace
}  // namespace holdfast::directory
