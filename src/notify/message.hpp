// What a target is told.
#pragma once

#include <string>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace holdfast::notify {

struct Message {
    Uuid id;
    Timestamp time;       // when it happened
    std::string json;     // the body of a webhook
    std::string subject;  // of a mail, in one line
    std::string text;     // of a mail, in lines
};

}  // namespace holdfast::notify
