#include "api/resources/role_ids.hpp"

#include <string_view>

namespace holdfast::api {
namespace {

std::string_view id_text(AccountRole role) {
    switch (role) {
        case AccountRole::portal_administrator:
            return "5f37a46b-9ce2-40f4-8a62-b45b079257fc";
        case AccountRole::portal_user:
            return "d19a3d33-cb77-4ffe-94e6-001432483a4e";
        case AccountRole::vm_restore_operator:
            return "c11c0c38-ba8b-49c7-bf70-fc2058fff1e2";
        case AccountRole::file_restore_operator:
            return "f84a8b62-49b8-4d0c-b25b-92321b52bab6";
        case AccountRole::exchange_restore_operator:
            return "f83e4c81-0815-452f-9377-9d573dd9d481";
        case AccountRole::oracle_restore_operator:
            return "e9d90e66-b6d4-49dc-8986-73cf33489623";
        case AccountRole::sql_restore_operator:
            return "f78a92b8-9f06-4f1e-b522-4f0927cabd0f";
    }
    return "";
}

}  // namespace

Uuid id_of(AccountRole role) {
    return Uuid::parse(id_text(role)).value_or(Uuid());
}

std::optional<AccountRole> role_of(const Uuid& id) {
    for (AccountRole role : all_roles)
        if (id_of(role) == id) return role;
    return std::nullopt;
}

}  // namespace holdfast::api
