// Until when a backup without a job is kept.
#pragma once

#include "base/time.hpp"

namespace holdfast::protection {

// So many nights, days or months from now; only one of them is not zero.
struct KeepingTime {
    int nights = 0;  // until the next midnight, or the one after it, by this machine's clock
    int days = 0;
    int months = 0;  // of the calendar: to the same day, or to the last one of a shorter month
};

// Pure, but for the machine's time zone.
Timestamp expiry(const KeepingTime& keep, Timestamp from);

}  // namespace holdfast::protection
