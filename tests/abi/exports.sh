#!/bin/sh
# exports.sh LIB: names in the headers = names in the map = names the library exports.
set -u
[ $# -eq 1 ] || { echo "usage: exports.sh LIB" >&2; exit 2; }
library=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

[ -f "$library" ] || { echo "exports: no file $library" >&2; exit 1; }
for header in "$root"/include/edgeplan/*.h; do
    printf '#include <edgeplan/%s>\n' "$(basename "$header")"
done >"$work/all.c"
# Comments and directives go away in the preprocessor; one declaration a line, then the word before the first bracket.
${CC:-cc} -E -P -I"$root/include" "-DEDGEPLAN_STATIC" "$work/all.c" | tr '\n' ' ' | tr ';' '\n' |
    sed -n '/typedef/d; s/__attribute__ *((warn_unused_result))//; s/^[^(]*[ *]\(edgeplan_[a-z0-9_]*\) *(.*/\1/p' | sort -u >"$work/headers"
sed -n 's/^ *\(edgeplan_[a-z0-9_]*\);.*/\1/p' "$root/lib/edgeplan.map" | sort >"$work/map"
nm -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >"$work/library"

if [ ! -s "$work/headers" ]; then
    echo "exports: no declaration found in the headers" >&2
    failed=1
fi
compare() { # names
    if ! diff "$work/$1" "$work/$2" >"$work/log"; then
        echo "exports: in the $1 (<) and in the $2 (>) differ" >&2
        cat "$work/log" >&2
        failed=1
    fi
}
compare headers map
compare map library
[ "$failed" -eq 0 ] || exit 1
echo "exports: ok"
