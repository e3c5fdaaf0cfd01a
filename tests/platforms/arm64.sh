#!/bin/sh
# arm64.sh BUILD: the program built for 64-bit ARM, which fuses multiply-add unless told not to, prints the same bytes as the native one.
# Run under qemu; libyaml comes from Debian's arm64 package, fetched with apt directories of its own so that the machine is left as it is.
set -eu
build=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
for tool in aarch64-linux-gnu-gcc qemu-aarch64 apt-get dpkg-deb; do
    command -v $tool >/dev/null 2>&1 || { echo "$tool is missing (gcc-aarch64-linux-gnu, qemu-user)"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/root"
apt="apt-get -q -o Dir::State::lists=$work/state/lists -o Dir::Cache=$work/cache -o APT::Architecture=arm64 -o APT::Architectures=arm64
     -o APT::Sandbox::User=root -o Dir::State::status=/dev/null"
# shellcheck disable=SC2086
$apt update >"$work/log" 2>&1 && (cd "$work" && $apt download libyaml-dev >>"$work/log" 2>&1) ||
    { echo "Debian's arm64 packages cannot be reached"; tail -3 "$work/log"; exit 77; }
dpkg-deb -x "$work"/libyaml-dev_*.deb "$work/root"

# The plain folder of C files, as an Android build compiles it.
python3 "$root/tools/embed.py" "$work/facts.c" ep_builtin_facts "$root/edge-targets.yaml" "$root/lib/registry/formats.yaml" \
    "$root/lib/registry/runtimes.yaml" "$root/lib/registry/calibrations.yaml" "$root/lib/registry/models.yaml"
python3 "$root/tools/embed.py" "$work/evidence.c" ep_builtin_evidence "$root/lib/registry/observations.yaml" \
    "$root/lib/registry/pipelines.yaml"
aarch64-linux-gnu-gcc -std=c11 -O2 -ffp-contract=off -DEDGEPLAN_STATIC -static -I"$root/include" -I"$root/lib" -I"$work/root/usr/include" \
    "$root"/lib/*/*.c "$work/facts.c" "$work/evidence.c" "$root"/examples/edgeplan/*.c \
    "$work"/root/usr/lib/aarch64-linux-gnu/libyaml.a -lm -o "$work/edgeplan"

for arguments in 'ceilings --json' 'fit llama-3.1-8b --target iphone-16-pro --json' 'pick llama-3.2-3b --platform android --json' \
                 'pick gemma-3-4b --platform jetson --json'; do
    # shellcheck disable=SC2086
    "$build/examples/edgeplan/edgeplan" $arguments >"$work/native" 2>/dev/null || [ $? -le 2 ] # answers too
    # shellcheck disable=SC2086
    qemu-aarch64 "$work/edgeplan" $arguments >"$work/arm64" 2>/dev/null || [ $? -le 2 ] # answers too
    [ -s "$work/native" ] && cmp "$work/native" "$work/arm64" || { echo "edgeplan $arguments differs on arm64"; exit 1; }
done
echo "arm64: ok"
