#!/usr/bin/env bash
# Puts LibTorch, pinned and hash-checked, into the user's cache and prints its prefix (a folder with include/ and lib/).
#
#   get-libtorch.sh [--set cpu|gpu] [--print-prefix]
#
# --set           the CPU set, or the set for an NVIDIA GPU; default: gpu where this machine has one, else cpu
# --print-prefix  only say where it is or would be
#
# LIBTORCH_PREFIX names a LibTorch that is there already; then nothing is loaded.
# XDG_CACHE_HOME  moves the cache from ~/.cache.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

usage() { sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
die() { echo "get-libtorch: $*" >&2; exit 1; }
say() { echo "get-libtorch: $*" >&2; }

hasGpu() { [ -e /dev/nvidia0 ] || { command -v nvidia-smi > /dev/null && nvidia-smi -L > /dev/null 2>&1; }; }

set="" printOnly=no
while [ $# -gt 0 ]; do
  case "$1" in
    --set) set="${2:-}"; shift ;;
    --set=*) set="${1#--set=}" ;;
    --print-prefix) printOnly=yes ;;
    -h | --help) usage; exit 0 ;;
    *) die "unknown option '$1' (--help lists them)" ;;
  esac
  shift
done

if [ -n "${LIBTORCH_PREFIX:-}" ]; then
  if [ "$printOnly" = no ] && { [ ! -d "$LIBTORCH_PREFIX/include/torch" ] || [ ! -e "$LIBTORCH_PREFIX/lib/libtorch_cpu.so" ]; }; then
    die "LIBTORCH_PREFIX=$LIBTORCH_PREFIX holds no LibTorch: include/torch and lib/libtorch_cpu.so should be in it"
  fi
  echo "$LIBTORCH_PREFIX"
  exit 0
fi

if [ -z "$set" ]; then set=cpu; if hasGpu; then set=gpu; fi; fi
case "$set" in
  cpu) pins=("$here/libtorch-cpu.txt") ;;
  gpu) pins=("$here/libtorch-cpu.txt" "$here/libtorch-gpu.txt") ;;
  *) die "--set takes cpu or gpu, not '$set'" ;;
esac
version="$(sed -n 's/^torch==\([^ ]*\).*/\1/p' "$here/libtorch-cpu.txt")"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/attelier"
folder="$cache/libtorch-$version-$set"

# Complete = holds the very list of wheels it was made from; it is written last.
pinned() { grep -hv '^#' "${pins[@]}"; }
isComplete() { [ -f "$folder/wheels.txt" ] && [ "$(pinned)" = "$(< "$folder/wheels.txt")" ]; }

if [ "$printOnly" = yes ] || isComplete; then
  echo "$folder/torch"
  exit 0
fi

[ "$(uname -sm)" = "Linux x86_64" ] || die "the pinned wheels are for Linux on x86_64; set LIBTORCH_PREFIX to a LibTorch $version"
python3 -m pip --version > /dev/null 2>&1 || die "needs python3-pip (apt-get install python3-pip), or LIBTORCH_PREFIX set to a LibTorch $version"

mkdir -p "$cache"
exec 9> "$cache/libtorch.lock"
if ! flock -n 9; then
  say "another process loads LibTorch; waiting for it"
  flock 9
fi
if isComplete; then
  echo "$folder/torch"
  exit 0
fi

temporary="$(mktemp -d "$cache/.libtorch-XXXXXX")"
trap 'rm -rf "$temporary"' EXIT
needed=$([ "$set" = gpu ] && echo 7000 || echo 3000)
free="$(df -Pm "$cache" | awk 'NR == 2 {print $4}')"
[ "$free" -ge "$needed" ] || die "$cache has $free MB free; loading the $set set takes up to $needed MB"

say "loading LibTorch $version ($set set) into $folder"
platforms=()
for tag in manylinux_2_28 manylinux_2_27 manylinux_2_25 manylinux_2_18 manylinux_2_17 manylinux2014; do
  platforms+=(--platform "${tag}_x86_64")
done
requirements=()
for file in "${pins[@]}"; do requirements+=(-r "$file"); done
# The wheels do not depend on the Python that runs pip: nothing of them is run by Python.
TMPDIR="$temporary" python3 -m pip install --quiet --target "$temporary/new" --no-deps --require-hashes --no-compile \
  --no-cache-dir --only-binary=:all: --python-version 3.11 --implementation cp --disable-pip-version-check \
  --root-user-action=ignore "${platforms[@]}" "${requirements[@]}" >&2 9>&- \
  || die "pip could not load the wheels (see above); check the network, or set LIBTORCH_PREFIX to a LibTorch $version"

# Only what C++ needs stays: headers, libraries, licences.
find "$temporary/new" -mindepth 1 -maxdepth 1 ! -name torch ! -name nvidia ! -name '*.dist-info' -exec rm -rf {} +
find "$temporary/new/torch" -mindepth 1 -maxdepth 1 ! -name include ! -name lib -exec rm -rf {} +
rm -f "$temporary/new/torch/lib/libtorch_python.so"
if [ "$set" = cpu ]; then
  # Without its CUDA neighbours it cannot be loaded; gone, it is plain that this set is for the CPU.
  rm -f "$temporary"/new/torch/lib/{libtorch_cuda,libtorch_cuda_linalg,libtorch_nvshmem,libc10_cuda,libcaffe2_nvrtc,libtorch}.so
fi

pinned > "$temporary/new/wheels.txt"
if [ -e "$folder" ]; then mv -T "$folder" "$temporary/old"; fi
mv -T "$temporary/new" "$folder"
say "done: $(du -sm "$folder" | cut -f1) MB in $folder"
echo "$folder/torch"
