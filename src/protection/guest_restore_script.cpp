#include "protection/guest_restore_script.hpp"

#include <fmt/format.h>

namespace holdfast::protection {

const char* const guest_restore_script = R"SH(
exec 2>&1
export LC_ALL=C
umask 077

unquoted() { value=$(printf '%bx' "$1"); value=${value%x}; }
fail() { printf '%s\n' "$*"; exit 1; }
is_there() { [ -e "$1" ] || [ -L "$1" ]; }
is_folder() { [ -d "$1" ] && [ ! -L "$1" ]; }
# Whether this shell is in the folder of that name and in no other that a link leads to.
is_here() { here=$(pwd -P; printf x); [ "${here%??}" = "$1" ]; }

id=$1; kind=$2; present=$3
unquoted "$4"; folder=$value
unquoted "$5"; name=$value
unquoted "$6"; beside=$value
work=.holdfast-restore-$id

cd -P "$folder" 2>/dev/null || fail "its folder is not in the machine; restore that folder, or make it again"
is_here "$folder" || fail "a symbolic link leads to another folder now; it is not followed"

# All is looked for from here on through file descriptors, so that nobody puts another folder in its way.
exec 8<.
target=/proc/$$/fd/8
clean() { cd "$target" && rm -rf "./$work"; }
mkdir "./$work" || fail "nothing can be written beside it"
trap clean EXIT
trap 'exit 143' TERM INT HUP
exec 9<"./$work"
made=/proc/$$/fd/9
(cd "$made/" && is_here "${folder%/}/$work" && [ "$(stat -c '%u' .)" = "$(id -u)" ]) ||
    fail "somebody moves folders there"
mkdir "$made/got" || fail "nothing can be written beside it"

if tar --version 2>/dev/null | grep -q GNU; then
    unpack() { tar -x -p -f - --numeric-owner --same-owner --delay-directory-restore --acls --selinux --xattrs '--xattrs-include=*'; }
else
    unpack() { tar -x -p -f - --numeric-owner; }
fi
(cd "$made/got" && unpack) || fail "it could not be unpacked beside its place"
cat >/dev/null
[ -e "$HOLDFAST_WHOLE" ] || fail "not all of it arrived"
if [ "$kind" = file ]; then item=$made/got/entry; else item=$made/got; fi
is_there "$item" || fail "not all of it arrived"
sync -f "$made/got" 2>/dev/null || sync

# Renames all that is in the folder $1 into this one, whose name is $2.
merge() (
    [ "$(stat -c '%d' .)" = "$(stat -c '%d' "$made/")" ] ||
        { printf '%s\n' "$2 is on another file system"; : >"$made/refused"; exit 0; }
    for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        is_folder "./${entry##*/}" && is_there "$entry" && ! is_folder "$entry" || continue
        printf '%s\n' "$2/${entry##*/} is a folder now"
        : >"$made/refused"
        rm -f "$entry"
    done
    find "$1/" -mindepth 1 -maxdepth 1 ! -type d -exec mv -f -t . -- {} + || exit 5
    for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        is_folder "$entry" || continue
        part=${entry##*/}
        if is_folder "./$part"; then
            (cd -P "./$part" && is_here "$2/$part" && merge "$entry" "$2/$part") || exit 5
        elif is_there "./$part"; then
            printf '%s\n' "$2/$part is no folder now"
            : >"$made/refused"
        else
            mv -n -T -- "$entry" "./$part" || exit 5
            is_there "$entry" || continue
            printf '%s\n' "somebody else made $2/$part"
            : >"$made/refused"
        fi
    done
    chown "$(stat -c '%u:%g' "$1/")" . && chmod "$(stat -c '%a' "$1/")" . || exit 5
    if command -v setfacl >/dev/null 2>&1; then getfacl -cp "$1/" 2>/dev/null | setfacl --set-file=- . 2>/dev/null; fi
    touch -r "$1/" .
)

cd "$target/" || fail "its folder is gone"
result=0
if [ "$present" = keep ]; then
    if is_there "./$name"; then
        name=$beside
        result=3
        is_there "./$name" && fail "both its name and the name beside it are taken"
    fi
    mv -n -T -- "$item" "./$name" || fail "it could not be renamed into its place"
    is_there "$item" && fail "somebody else took its name"
elif [ "$kind" = folder ] && is_folder "./$name"; then
    (cd -P "./$name" && is_here "${folder%/}/$name" && merge "$item" "${folder%/}/$name") || result=5
    [ -e "$made/refused" ] && [ $result = 0 ] && result=4
else
    [ "$kind" = file ] && is_folder "./$name" && fail "it is a folder now; restore it beside, or remove that"
    [ "$kind" = folder ] && is_there "./$name" && fail "it is no folder now; restore it beside, or remove that"
    mv -f -T -- "$item" "./$name" || fail "it could not be renamed into its place"
fi
sync -f . 2>/dev/null || sync
exit $result
)SH";

std::string quoted_for_guest(std::string_view text) {
    constexpr std::string_view plain = "/._-";
    std::string quoted;
    for (char c : text) {
        bool is_plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || plain.contains(c);
        if (is_plain)
            quoted += c;
        else
            quoted += fmt::format("\\0{:03o}", static_cast<unsigned char>(c));
    }
    return quoted;
}

}  // namespace holdfast::protection
