#!/bin/sh
# pins.c and frozen.c for nine targets with one compiler: no SDK is needed. Then: is every enumerator and field pinned?
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

if ! command -v clang >/dev/null 2>&1; then
    echo "layouts: clang not found" >&2
    exit 77
fi
for target in x86_64-linux-gnu i386-linux-gnu aarch64-linux-android armv7a-linux-androideabi arm64-apple-ios \
    x86_64-pc-windows-msvc i686-pc-windows-msvc wasm32 riscv64-linux-gnu; do
    for file in pins.c frozen.c; do
        for short in "" -fshort-enums; do
            if ! clang -target "$target" -std=c11 -ffreestanding -fsyntax-only -Wall -Wextra -Wpadded -Werror $short \
                -I"$root/include" "$root/tests/abi/$file" 2>"$work/log"; then
                echo "layouts: $file for $target $short" >&2
                cat "$work/log" >&2
                failed=1
            fi
        done
    done
done

# Enumerators: `  EDGEPLAN_X = 1,` in headers, `PIN(EDGEPLAN_X,` here.
grep -oh 'EDGEPLAN_[A-Z0-9_]* = ' "$root"/include/edgeplan/*.h | sed 's/ = //' | sort >"$work/declared"
sed -n 's/^PIN(\(EDGEPLAN_[A-Z0-9_]*\),.*/\1/p' "$root/tests/abi/pins.c" | sort >"$work/pinned"
# Fields: `  uint64_t x;` in headers, `OFFSET(s, x,` and `SAME(s, …, x)` here; counted, since names repeat.
sed -n 's/^ *\(uint32_t\|uint64_t\|double\) *\([a-z0-9_]*\);.*/\2/p' "$root"/include/edgeplan/*.h | sort >"$work/fields"
sed -n 's/^OFFSET([a-z0-9_]*, \([a-z0-9_]*\),.*/\1/p' "$root/tests/abi/pins.c" | sort >"$work/offsets"
sed -n 's/^SAME([a-z0-9_]*, [a-z0-9_]*, \([a-z0-9_]*\));/\1/p' "$root/tests/abi/frozen.c" | sort >"$work/frozen"
for pair in declared:pinned fields:offsets fields:frozen; do
    if ! diff "$work/${pair%:*}" "$work/${pair#*:}" >"$work/log"; then
        echo "layouts: in headers (<) and tests/abi (>) differ: $pair" >&2
        cat "$work/log" >&2
        failed=1
    fi
done
[ "$failed" -eq 0 ] || exit 1
echo "layouts: ok"
