#!/bin/sh
# The gate as a build phase of Xcode ("Run Script"): messages of the form `file:line:column: error: …` show in the issue navigator.
# Input files of the phase:  $(SRCROOT)/edgeplan.yaml and the model files.   Output file:  $(DERIVED_FILE_DIR)/edgeplan.stamp
# Without the program the build fails; EDGEPLAN_OPTIONAL=1 in the build settings lets it through, for who has none.
set -eu
PATH=$PATH:/opt/homebrew/bin:/usr/local/bin
if ! command -v edgeplan >/dev/null; then
    if [ "${EDGEPLAN_OPTIONAL:-0}" = 1 ]; then
        echo "warning: edgeplan is not installed, the gate was not checked"
        exit 0
    fi
    echo "error: edgeplan is not installed, the gate was not checked"
    exit 1
fi
exec edgeplan check "$SRCROOT/edgeplan.yaml" --stamp "$DERIVED_FILE_DIR/edgeplan.stamp"
