#!/bin/sh
# globals.sh STATIC_LIB: no variable that can change, no constructor. Constant tables of pointers are in .data.rel.ro: read-only once loaded.
set -u
[ $# -eq 1 ] || { echo "usage: globals.sh STATIC_LIB" >&2; exit 2; }
library=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

[ -f "$library" ] || { echo "globals: no file $library" >&2; exit 1; }
# Sections with bytes in them that can be written or that run before main.
objdump -h "$library" >"$work/sections" || exit 1
awk '
    / file format / { object = $1; objects++ }
    $1 ~ /^[0-9]+$/ && $3 !~ /^0+$/ {
        if ($2 ~ /^\.(data|bss|tdata|tbss|sdata|sbss|init_array|fini_array|ctors|dtors|preinit_array)/ && $2 !~ /^\.data\.rel\.ro/)
            print object " section " $2 " of 0x" $3 " bytes"
    }
    END { if (!objects) print "no object in the library" }
' "$work/sections" >"$work/refused"
# Symbols: common, writable data and bss; `d` and `D` may only lie in .data.rel.ro.
objdump -t "$library" | awk '
    / file format / { object = $1 }
    {
        for (i = 2; i < NF; i++) {
            if ($i == "*COM*" || ($i ~ /^\.(data|bss|tdata|tbss)/ && $i !~ /^\.data\.rel\.ro/ && $NF !~ /^\./))
                print object " symbol " $NF " in " $i
        }
    }
' >>"$work/refused"
if [ -s "$work/refused" ]; then
    echo "globals: the library has state of its own:" >&2
    cat "$work/refused" >&2
    exit 1
fi
echo "globals: ok"
