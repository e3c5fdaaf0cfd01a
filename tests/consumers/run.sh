#!/bin/sh
# Builds and runs each kind of consumer against an installed prefix, and compares what they print.
# usage: run.sh PREFIX SOURCE_DIR      exit: 0 all agree, 1 one failed, 77 none failed but a tool is missing
set -u
[ $# -eq 2 ] || { echo "usage: $0 PREFIX SOURCE_DIR" >&2; exit 2; }
prefix=$(cd "$1" && pwd) || exit 2
source=$(cd "$2" && pwd) || exit 2
here=$source/tests/consumers
work=$(mktemp -d "${TMPDIR:-/tmp}/edgeplan-consumers.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
CC=${CC:-cc} CXX=${CXX:-c++}
warnings="-Wall -Wextra -Wpedantic -Werror"
passed=0 failed=0 skipped=0 expected=

pc=$(find "$prefix" -name edgeplan.pc -print | head -n 1)
[ -n "$pc" ] || { echo "$prefix: no edgeplan.pc: is the library installed there?" >&2; exit 2; }
PKG_CONFIG_PATH=$(dirname "$pc") LD_LIBRARY_PATH=$(dirname "$(dirname "$pc")")
export PKG_CONFIG_PATH LD_LIBRARY_PATH

has() { # NAME TOOL...: whether each tool is there; a missing one is named
  name=$1; shift
  for tool; do
    command -v "$tool" >/dev/null 2>&1 && continue
    echo "SKIP $name: no $tool"; skipped=$((skipped + 1)); return 1
  done
}

judge() { # NAME FUNCTION: runs it; its last line must be the one the first consumer printed
  if (cd "$work" && "$2") >"$work/out" 2>"$work/err"; then
    line=$(tail -n 1 "$work/out")
    [ -n "$expected" ] || expected=$line
    if [ "$line" = "$expected" ]; then
      echo "ok   $1"; passed=$((passed + 1)); return
    fi
    printf 'FAIL %s: printed\n  %s\nbut the first consumer\n  %s\n' "$1" "$line" "$expected"
  else
    echo "FAIL $1"; tail -n 20 "$work/out" "$work/err" | sed 's/^/  /'
  fi
  failed=$((failed + 1))
}

pkg_config() {
  "$CC" -std=c11 $warnings "$here/fit.c" $(pkgconf --cflags --libs edgeplan) -o pkg_config && ./pkg_config
}
cmake_package() {
  cmake -S "$here/cmake" -B cmake -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$CC" && cmake --build cmake && cmake/consumer
}
meson_subproject() {
  mkdir -p meson/subprojects && cp "$here/meson/meson.build" "$here/fit.c" meson && ln -s "$source" meson/subprojects/edgeplan &&
    meson setup meson/out meson --force-fallback-for=edgeplan && meson compile -C meson/out && meson/out/consumer
}
cpp() { # STANDARD
  "$CXX" -std="$1" $warnings "$here/cpp/fit.cpp" $(pkgconf --cflags --libs edgeplan) -o "$1" && "./$1"
}
cpp_11() { cpp c++11; }
cpp_20() { cpp c++20; }
python_ctypes() {
  EDGEPLAN_LIBRARY=$(find "$prefix" -name 'libedgeplan.*' \( -name '*.so.*' -o -name '*.dylib' \) | sort | head -n 1) \
    PYTHONDONTWRITEBYTECODE=1 python3 "$source/examples/python/fit.py"
}
plain_folder() { # no build system
  mkdir plain && app=$PWD/plain/fit && (cd "$source" && CC=$CC sh examples/plain/build.sh "$here/fit.c" "$app") && plain/fit
}

# The gate in a build: it passes, leaves its stamp, and stops the build once the budget is broken.
gate_in() { # NAME FUNCTION: the function builds the example copied to NAME
  cp -r "$source/examples/$1" "gate-$1" && PATH=$prefix/bin:$PATH && "$2" "gate-$1" && find "gate-$1" -name edgeplan.stamp | grep -q . &&
    rm -rf "gate-$1/out" && sed -i 's/max: 1 GB/max: 1 MB/' "gate-$1/edgeplan.yaml" && ! "$2" "gate-$1" && echo "$expected"
}
build_cmake() { cmake -S "$1" -B "$1/out" -DCMAKE_C_COMPILER="$CC" && cmake --build "$1/out"; }
build_meson() { meson setup "$1/out" "$1" && meson compile -C "$1/out" && meson test -C "$1/out"; }
build_xcode() {
  mkdir -p "$1/out" && { [ -f "$1/edgeplan.yaml" ] || cp "$source/examples/cmake/edgeplan.yaml" "$1"; } &&
    SRCROOT=$1 DERIVED_FILE_DIR=$1/out sh "$1/edgeplan-check.sh"
}
gate_cmake() { gate_in cmake build_cmake; }
gate_meson() { gate_in meson build_meson; }
without_program() { env -i PATH=/usr/bin:/bin "$@" SRCROOT=. DERIVED_FILE_DIR=. sh "$source/examples/xcode/edgeplan-check.sh"; }
gate_xcode() { ! without_program && without_program EDGEPLAN_OPTIONAL=1 && gate_in xcode build_xcode; }

has pkg-config "$CC" pkgconf && judge pkg-config pkg_config
has CMake cmake "$CC" && judge CMake cmake_package
has "meson subproject" meson ninja && judge "meson subproject" meson_subproject
has C++11 "$CXX" pkgconf && judge C++11 cpp_11
has C++20 "$CXX" pkgconf && judge C++20 cpp_20
has "plain folder" "$CC" python3 && judge "plain folder" plain_folder
has "Python ctypes" python3 && judge "Python ctypes" python_ctypes
has "gate in CMake" cmake "$CC" && judge "gate in CMake" gate_cmake
has "gate in Meson" meson ninja && judge "gate in Meson" gate_meson
judge "gate in Xcode's shell" gate_xcode

echo "$expected"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] || exit 1
[ "$skipped" -eq 0 ] || exit 77
