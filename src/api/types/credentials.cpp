#include "api/types/credentials.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(CredentialsInfo, "CredentialsInfoType", (Resource), (Id, Username, Description, Password))
HOLDFAST_LIST(CredentialsInfoList, "CredentialsInfoListType", "CredentialsInfo")
HOLDFAST_ROOT(CredentialsInfoSpec, "CredentialsInfoSpecType", (), (Username, Description, Password))
HOLDFAST_ROOT(PasswordKeyInfo, "PasswordKeyInfoType", (Resource), (ID, Hint, LastModificationDate))
HOLDFAST_LIST(PasswordKeyInfoList, "PasswordKeyInfoListType", "PasswordKeyInfo")
HOLDFAST_ROOT(PasswordKeyInfoSpec, "PasswordKeyInfoSpecType", (), (Hint, Password))

}  // namespace holdfast::api
