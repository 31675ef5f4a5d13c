// Thrown inside a connection's coroutine only: there is nobody left to talk to.
#pragma once

namespace holdfast::http {

struct ConnectionLost {};

}  // namespace holdfast::http
