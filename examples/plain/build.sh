# An app and the library's sources in one program, without a build system, as Android and Swift packages build.
# Run it where edge-targets.yaml is: sh examples/plain/build.sh app.c out/app
set -e
out=$(dirname "$2")
registry=lib/registry
python3 tools/embed.py "$out/facts.c" ep_builtin_facts edge-targets.yaml $registry/formats.yaml $registry/runtimes.yaml \
    $registry/calibrations.yaml $registry/models.yaml
# Observations and pipelines may be left out: then no plan names what was measured, and pick no conversion.
python3 tools/embed.py "$out/evidence.c" ep_builtin_evidence $registry/observations.yaml $registry/pipelines.yaml
${CC:-cc} -std=c11 -ffp-contract=off -DEDGEPLAN_STATIC -Iinclude -Ilib "$1" "$out/facts.c" "$out/evidence.c" lib/*/*.c -lyaml -lm -o "$2"
