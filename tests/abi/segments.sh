#!/bin/sh
# segments.sh LIB: every LOAD segment is aligned to 16 KB, as Android 15 asks of libraries in apps.
set -u
[ $# -eq 1 ] || { echo "usage: segments.sh LIB" >&2; exit 2; }
library=$1
[ -f "$library" ] || { echo "segments: no file $library" >&2; exit 1; }
loads=0
failed=0
for align in $(readelf -lW "$library" | awk '$1 == "LOAD" { print $NF }'); do
    loads=$((loads + 1))
    if [ $((align % 16384)) -ne 0 ] || [ $((align)) -eq 0 ]; then
        echo "segments: a LOAD segment is aligned to $align; link with -Wl,-z,max-page-size=16384" >&2
        failed=1
    fi
done
if [ "$loads" -eq 0 ]; then
    echo "segments: $library has no LOAD segment" >&2
    exit 1
fi
[ "$failed" -eq 0 ] || exit 1
echo "segments: ok"
