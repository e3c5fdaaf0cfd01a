#!/bin/sh
# abidiff.sh LIB [BASELINE]: the library against the recorded baseline. Any difference fails, also one that abidiff thinks harmless: it
# does not see which end of a struct a field was added to. `./dev abi-accept` records a wanted one, with header, map, tests and NEWS.
# abidiff.sh --accept LIB [BASELINE] writes the baseline.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
accept=0
if [ "${1:-}" = --accept ]; then
    accept=1
    shift
fi
[ $# -ge 1 ] && [ $# -le 2 ] || { echo "usage: abidiff.sh [--accept] LIB [BASELINE]" >&2; exit 2; }
library=$1
baseline=${2:-$root/tests/abi/edgeplan.abi}

for tool in abidw abidiff readelf; do
    if ! command -v "$tool" >/dev/null 2>&1; then
        echo "abidiff: $tool not found (apt-get install abigail-tools)" >&2
        exit 77
    fi
done
[ -f "$library" ] || { echo "abidiff: no file $library" >&2; exit 1; }
# A stripped library compares equal to anything.
if ! readelf -SW "$library" | grep -q '\.debug_info'; then
    echo "abidiff: $library has no .debug_info" >&2
    exit 1
fi
if [ "$accept" -eq 1 ]; then
    abidw --headers-dir "$root/include/edgeplan" --drop-private-types --no-corpus-path --no-comp-dir-path --out-file "$baseline" \
        "$library" || exit 1
    echo "abidiff: wrote $baseline"
    exit 0
fi
[ -f "$baseline" ] || { echo "abidiff: no baseline $baseline; ./dev abi-accept writes it" >&2; exit 1; }
abidiff --headers-dir2 "$root/include/edgeplan" "$baseline" "$library"
status=$?
if [ "$status" -ne 0 ]; then
    echo "abidiff: status $status; ./dev abi-accept records a wanted change" >&2
    exit 1
fi
echo "abidiff: ok"
