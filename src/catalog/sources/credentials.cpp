// Credentials and passwords of backups: without the secrets' texts, which stay sealed.
#include "catalog/sources.hpp"
#include "catalog/sources/fields.hpp"

namespace holdfast::catalog {

const RecordSource<Credentials>& credentials_source() {
    static const auto source = [] {
        RecordSource<Credentials> made;
        made.name = "Credentials";
        made.columns = "c.id, c.username, c.description, c.sealed_password";
        made.table = "credentials c";
        made.id = "c.id";
        made.created = "c.created_at";
        made.fields = {fields::text("Username", "c.username"), fields::text("Description", "c.description"),
                       fields::server_id(), fields::id("CredentialsId", "c.id")};
        made.read = [](const Row& row) {
            return Credentials{row.id("id"), row.text("username"), row.text("description"),
                               row.text("sealed_password")};
        };
        return made;
    }();
    return source;
}

const RecordSource<EncryptionPassword>& encryption_password_source() {
    static const auto source = [] {
        RecordSource<EncryptionPassword> made;
        made.name = "Passwords";
        made.columns = "e.id, e.hint, e.sealed_password, e.modified_at";
        made.table = "encryption_passwords e";
        made.id = "e.id";
        made.created = "e.created_at";
        made.fields = {fields::id("PasswordKeyID", "e.id"), fields::text("Hint", "e.hint"),
                       fields::server_id(), fields::server_name()};
        made.read = [](const Row& row) {
            return EncryptionPassword{row.id("id"), row.text("hint"), row.text("sealed_password"),
                                      row.time("modified_at")};
        };
        return made;
    }();
    return source;
}

}  // namespace holdfast::catalog
