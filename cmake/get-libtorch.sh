#!/usr/bin/env bash
# To be completed: loads LibTorch from its wheel into the user's cache.
set -euo pipefail
prefix="${XDG_CACHE_HOME:-$HOME/.cache}/attelier/libtorch-2.11.0-cpu/torch"
[ "${1:-}" = --print-prefix ] && { echo "$prefix"; exit 0; }
