#!/bin/sh
# Fetches a llama.cpp release as npm packages, and builds the programs that ask it. Prints the directory to use.
# Usage: setup.sh DIRECTORY      Exit 77 with the reason on the last line if something it needs is not there.
set -eu
release=3.22.1 # node-llama-cpp; it carries llama.cpp v0.5.0
here=$(cd "$(dirname "$0")" && pwd)

lacks() { echo "missing: $*"; exit 77; }

[ $# -eq 1 ] || { echo "usage: setup.sh DIRECTORY" >&2; exit 2; }
mkdir -p "$1"
place=$(cd "$1" && pwd)
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || lacks "Linux on x86-64, for which the package is built"
for tool in npm git g++; do
    command -v $tool >/dev/null 2>&1 || lacks "$tool"
done

packages=$place/packages
if [ ! -f "$place/fetched-$release" ]; then
    rm -rf "$packages" "$place/source"
    mkdir -p "$packages"
    # Its dependencies are of no use here: two packages are unpacked, nothing is installed or run.
    for package in node-llama-cpp @node-llama-cpp/linux-x64; do
        (cd "$packages" && npm pack --silent --loglevel=error "$package@$release") >"$place/npm.log" 2>&1 ||
            lacks "$package $release from the package registry: $(tail -n 1 "$place/npm.log")"
    done
    mkdir "$packages/source" "$packages/library"
    tar -xzf "$packages/node-llama-cpp-$release.tgz" -C "$packages/source" package/llama/gitRelease.bundle
    tar -xzf "$packages/node-llama-cpp-linux-x64-$release.tgz" -C "$packages/library" package/bins/linux-x64
    git clone -q "$packages/source/package/llama/gitRelease.bundle" "$place/source" 2>/dev/null
    touch "$place/fetched-$release"
fi

library=$packages/library/package/bins/linux-x64
make() { # program, sources…
    program=$1
    shift
    for source in "$@"; do
        [ -x "$place/$program" ] && [ "$place/$program" -nt "$source" ] && continue
        g++ -std=c++17 -O1 -Wall -Wextra -I"$place/source/include" -I"$place/source/ggml/include" -I"$place/source/ggml/src" \
            -I"$place/source/src" "$@" -o "$place/$program.new" \
            -L"$library" -l:libllama.v0.5.0.so -l:libggml.v0.5.0.so -l:libggml-base.so -ldl -Wl,-rpath,"$library"
        mv "$place/$program.new" "$place/$program"
        return
    done
}
make probe "$here/probe.cpp" "$here/paper_device.cpp"
make decode "$here/decode.cpp"
ln -sfn "$library" "$place/library"
echo "$place"
