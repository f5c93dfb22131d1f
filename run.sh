#!/usr/bin/env bash
# Builds Attelier, installing what is missing, and runs it.
#
#   ./run.sh                   the window; without a screen the demo search, in the terminal
#   ./run.sh RUN               the window with a run, a shared run or a folder of clips
#   ./run.sh --clips DIR ...   searches on your own folder of clips, in the terminal
#   ./run.sh COMMAND ...       any other command of attelier-engine (./run.sh doctor, ./run.sh --help)
#
# A search goes to a new folder under ${XDG_DATA_HOME:-~/.local/share}/attelier/runs unless --out names one.
set -euo pipefail
calledFrom="$PWD"
cd "$(dirname "${BASH_SOURCE[0]}")"
source cmake/prepare.sh

installPackages build
cmake/get-libtorch.sh > /dev/null
buildPreset release
engine="$PWD/build/release/app/attelier-engine"
window="$PWD/build/release/app/attelier"
cd "$calledFrom"

newRun() { echo "${XDG_DATA_HOME:-$HOME/.local/share}/attelier/runs/$1-$(date +%Y%m%d-%H%M%S).attelier"; }
namesOut() { for argument in "$@"; do case "$argument" in --out | --out=*) return 0 ;; esac; done; return 1; }

case "${1:-}" in
  "")
    [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || exec "$window"
    say "there is no screen to open the window on: the demo search runs here"
    set -- search --preset tasks --task match --out "$(newRun match)"
    ;;
  --clips | --clips=*)
    set -- search "$@"
    namesOut "$@" || set -- "$@" --out "$(newRun clips)"
    ;;
  *) [ $# -gt 1 ] || [ ! -e "$1" ] || exec "$window" "$1" ;;
esac
exec "$engine" "$@"
