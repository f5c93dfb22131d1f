#!/usr/bin/env bash
# Plays the first minute and takes its pictures: light and dark, small and large, scale 1 and 2.
#
#   docs/pictures/make.sh FOLDER    pictures in FOLDER/light-1440, …; those of this folder are light-1440's, made smaller by pngquant or left
#
# Needs the preset dev to be built. Engine arguments after FOLDER search something else than the demo.
set -euo pipefail
out="$(realpath -m "${1:?a folder for the pictures}")"
shift
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export ATTELIER_ENGINE="$PWD/build/dev/app/attelier-engine" QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}" OMP_WAIT_POLICY=passive

play() {
  local name="$1" theme="$2" size="$3" scale="$4"
  echo "== $name"
  QT_SCALE_FACTOR="$scale" build/dev/tests/e2e/attelier_first_minute --out "$out/$name" --theme "$theme" --size "$size" "${arguments[@]}"
}

arguments=()
[ $# = 0 ] || arguments=(--run "$out/run.attelier" -- "$@" --out "$out/run.attelier")
play light-1440 light 1440x900 1
play dark-1280 dark 1280x720 1
play light-2560 light 1280x720 2
