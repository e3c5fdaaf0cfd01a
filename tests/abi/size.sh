#!/bin/sh
# size.sh LIB [OBJECT…]: machine code of the library is at most 200 KB; that of the pure floors (objects of lib/sizing and lib/speed; if
# none are given, those meson made for LIB) at most 64 KB. Meant for a build with -Os, as an app ships it. Constants are tables, names and
# texts, and the built-in registry: they are counted and shown, and grow with what is known rather than with how it is said.
set -u
[ $# -ge 1 ] || { echo "usage: size.sh LIB [OBJECT...]" >&2; exit 2; }
library=$1
shift
limit_library=$((200 * 1024))
limit_pure=$((64 * 1024))
failed=0

[ -f "$library" ] || { echo "size: no file $library" >&2; exit 1; }
real=$(readlink -f "$library")
[ $# -gt 0 ] || set -- $(find "$(dirname "$real")" -path "*$(basename "$real").p/*" \( -name 'sizing_*.o' -o -name 'speed_*.o' \))

# Sections of every argument by the beginning of their names: a section may be split by function or by kind of constant.
sum() {
    sections=$1
    shift
    size -A "$@" | awk -v begins="^\\.($sections)" '$1 ~ begins && $2 ~ /^[0-9]+$/ { total += $2 } END { print total + 0 }'
}
# The built-in registry: the arrays that tools/embed.py writes.
built_in=$(nm -S "$real" | awk '$4 ~ /^text_[0-9]+$/ { print $2 }' | while read -r hex; do echo $((0x$hex)); done |
    awk '{ total += $1 } END { print total + 0 }')
code=$(sum text "$real")
constants=$(($(sum rodata "$real") - built_in))
echo "size: library $code bytes of code of $limit_library, $constants of constants, $built_in of built-in registry"
if [ "$code" -gt "$limit_library" ]; then
    echo "size: the library is too large" >&2
    failed=1
fi
if [ $# -eq 0 ]; then
    echo "size: no objects of lib/sizing and lib/speed found beside $real; name them" >&2
    failed=1
else
    pure=$(sum 'text|rodata' "$@")
    echo "size: pure floors $pure bytes of $limit_pure in $# objects"
    if [ "$pure" -gt "$limit_pure" ]; then
        echo "size: the pure floors are too large" >&2
        failed=1
    fi
fi
[ "$failed" -eq 0 ] || exit 1
echo "size: ok"
