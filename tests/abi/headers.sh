#!/bin/sh
# Each public header alone, as C99, C11, C17 and C++11, 14, 17, 20, with every compiler found, warnings as errors.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
ran=0

try() { # compiler standard language header extra...
    compiler=$1 standard=$2 language=$3 header=$4
    shift 4
    printf '#include <edgeplan/%s>\n#include <edgeplan/%s>\ntypedef int edgeplan_test_not_empty;\n' "$header" "$header" >"$work/one.$language"
    ran=$((ran + 1))
    if ! "$compiler" -std="$standard" -I"$root/include" -Wall -Wextra -Wpedantic -Werror "$@" -fsyntax-only "$work/one.$language" 2>"$work/log"; then
        echo "headers: $header as $standard with $compiler" >&2
        cat "$work/log" >&2
        failed=1
    fi
}

for path in "$root"/include/edgeplan/*.h; do
    header=$(basename "$path")
    for compiler in gcc clang; do
        command -v "$compiler" >/dev/null 2>&1 || continue
        for standard in c99 c11 c17; do
            try "$compiler" "$standard" c "$header" -Wpadded -Wstrict-prototypes -Wundef -DEDGEPLAN_BUILD
        done
    done
    for compiler in g++ clang++; do
        command -v "$compiler" >/dev/null 2>&1 || continue
        for standard in c++11 c++14 c++17 c++20; do
            try "$compiler" "$standard" cpp "$header" -Wundef -DEDGEPLAN_STATIC
        done
    done
done
if [ "$ran" -eq 0 ]; then
    echo "headers: no compiler found" >&2
    exit 77
fi
[ "$failed" -eq 0 ] || exit 1
echo "headers: ok"
