#!/bin/sh
# Resolves constraints.txt from setup.py. A pin stays as long as it fits; to move some: sh scripts/constraints.sh --upgrade
set -eu

.venv/bin/uv pip compile setup.py --all-extras --universal --python-version 3.10 --fork-strategy requires-python \
    --no-annotate --no-header --quiet --output-file constraints.txt "$@" >/dev/null

{
    cat <<'HEAD'
# The versions that were installed together and tried, for Python 3.10 to 3.12 on Linux and macOS.
# setup.py says what is needed, this file says which; both uv and pip read it (--constraint constraints.txt).
# Made by `make constraints`. A line with a marker differs because a package has no newer version for Python 3.10,
# or is needed on one platform only.
HEAD
    cat constraints.txt
} >constraints.new
mv constraints.new constraints.txt
