// The script that puts an archive of GuestFiles::read_original() to its original place inside a running Linux
// guest.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::protection {

namespace guest_restore_status {
constexpr int in_place = 0;
constexpr int failed = 1;        // nothing was changed
constexpr int beside = 3;        // what is there stayed, the restored one has the other name
constexpr int some_refused = 4;  // of a folder that is there: lines of its output name what was left as it is
constexpr int unfinished = 5;    // of a folder that is there: stopped in the middle, each file is old or new
}  // namespace guest_restore_status

// For /bin/sh of POSIX with the usual programs, those of busybox among them. Its arguments, all but the first
// two quoted by quoted_for_guest(): a word that makes names unique; "file" or "folder"; "overwrite" or
// "keep"; the folder; the name; the name beside it, should there be something already.
//
// The archive is unpacked beside its place, in a folder that only root can enter, and written to the disk;
// then each file is renamed into its place. On failure, and when it is ended by SIGTERM, that folder is
// removed. No symbolic link of the guest is followed: folders are entered one by one and have to be where
// their names say.
extern const char* const guest_restore_script;

// Any bytes as ASCII, for its arguments.
std::string quoted_for_guest(std::string_view text);

}  // namespace holdfast::protection
