#!/bin/sh
# size.sh LIB: what the machine code of the library weighs, floor by floor, from the objects meson made for LIB. The pure core (lib/sizing
# and lib/speed, with its constants) is at most 64 KB, and with what reads files and registries at most 200 KB: an app that only asks
# whether a model fits links these. Planning, the gate and its reports come on top, and all of it together is at most 240 KB. Meant for
# a build with -Os, as an app ships it. Constants are tables, names and texts, and the built-in registry: they are counted and shown,
# and grow with what is known rather than with how it is said.
set -u
[ $# -eq 1 ] || { echo "usage: size.sh LIB" >&2; exit 2; }
[ -f "$1" ] || { echo "size: no file $1" >&2; exit 1; }
real=$(readlink -f "$1")
failed=0

objects() {
    for floor in "$@"; do
        find "$(dirname "$real")" -path "*$(basename "$real").p/*" -name "${floor}_*.o"
    done
}
# Sections of every argument by the beginning of their names: a section may be split by function or by kind of constant.
sum() {
    sections=$1
    shift
    size -A "$@" | awk -v begins="^\\.($sections)" '$1 ~ begins && $2 ~ /^[0-9]+$/ { total += $2 } END { print total + 0 }'
}
at_most() {
    echo "size: $1 $2 bytes of $3"
    [ "$2" -gt 0 ] || { echo "size: nothing counted for $1" >&2; failed=1; }
    [ "$2" -le "$3" ] || { echo "size: $1 is too large" >&2; failed=1; }
}
# The built-in registry: the arrays that tools/embed.py writes.
built_in=$(nm -S "$real" | awk '$4 ~ /^text_[0-9]+$/ { print $2 }' | while read -r hex; do echo $((0x$hex)); done |
    awk '{ total += $1 } END { print total + 0 }')

at_most "core, code and constants" "$(sum 'text|rodata' $(objects sizing speed))" $((64 * 1024))
at_most "core with readers" "$(sum text $(objects sizing speed base source model registry api))" $((200 * 1024))
at_most "whole library" "$(sum text "$real")" $((240 * 1024))
echo "size: $(($(sum rodata "$real") - built_in)) bytes of constants, $built_in of built-in registry"
[ "$failed" -eq 0 ] || exit 1
echo "size: ok"
