#!/bin/sh
# The gate as a build phase of Xcode ("Run Script"): messages of the form `file:line:column: error: …` show in the issue navigator.
# Input files of the phase:  $(SRCROOT)/edgeplan.yaml and the model files.   Output file:  $(DERIVED_FILE_DIR)/edgeplan.stamp
set -eu
PATH=$PATH:/opt/homebrew/bin:/usr/local/bin
command -v edgeplan >/dev/null || { echo "warning: edgeplan is not installed, the gate was not checked"; exit 0; }
exec edgeplan check "$SRCROOT/edgeplan.yaml" --stamp "$DERIVED_FILE_DIR/edgeplan.stamp"
