#!/bin/sh
# undefined.sh LIB: what the library asks of the system is within undefined.allow.
set -u
[ $# -eq 1 ] || { echo "usage: undefined.sh LIB" >&2; exit 2; }
library=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

[ -f "$library" ] || { echo "undefined: no file $library" >&2; exit 1; }
nm -D --undefined-only "$library" | awk '{ sub(/@.*/, "", $NF); print $NF }' | sort -u >"$work/asked"
if [ ! -s "$work/asked" ]; then
    echo "undefined: $library has no dynamic symbols" >&2
    exit 1
fi
grep -v '^#' "$here/undefined.allow" | sort -u >"$work/allowed"
comm -23 "$work/asked" "$work/allowed" >"$work/refused"
if [ -s "$work/refused" ]; then
    echo "undefined: not in tests/abi/undefined.allow:" >&2
    cat "$work/refused" >&2
    exit 1
fi
echo "undefined: ok"
