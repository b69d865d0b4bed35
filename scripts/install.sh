#!/usr/bin/env bash
# Install frigate_ext with an extra (demo, dev) into .venv, at the versions of constraints.txt.
set -euo pipefail
extra=${1:?usage: scripts/install.sh EXTRA}
cd "$(dirname "$0")/.."
pip() { .venv/bin/python -m pip --disable-pip-version-check "$@"; }

pip --version >/dev/null 2>&1 || "${PYTHON:-python3}" -m venv --clear .venv

# Without an NVIDIA GPU, PyTorch's CPU build does (a tenth of the download); where its index can't be
# reached, whatever the configured index has is taken. Only the pair comes from there: that index has few
# versions of anything else.
if ! .venv/bin/python -c 'import torch, torchvision' 2>/dev/null && ! command -v nvidia-smi >/dev/null; then
    pip install --quiet --timeout 10 --retries 0 --no-deps --index-url https://download.pytorch.org/whl/cpu \
        --constraint constraints.txt torch torchvision 2>/dev/null ||
        echo "PyTorch's CPU index can't be reached; taking the default build (this is large)"
fi
pip install --quiet --constraint constraints.txt --editable ".[$extra]"
# What the tracker is measured against refuses the rich that schemathesis asks for, and works with it.
[ "$extra" != dev ] || pip install --quiet --no-deps --constraint constraints.txt norfair
touch ".venv/.$extra"
