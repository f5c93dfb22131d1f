# shellcheck shell=bash
# Sourced by run.sh and test.sh at the top of the tree: gets a machine ready to build. Does nothing where nothing is missing.

# Builds of another clone of this tree take what ccache has from this one.
export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1

logFolder=build/logs
mkdir -p "$logFolder"

say() { echo "==> $*"; }
die() { echo "$(basename "$0"): $*" >&2; exit 1; }

# Names of the packages in the given sections of cmake/packages.txt.
listPackages() {
  local section
  for section in "$@"; do
    awk -v wanted="[$section]" '/^\[/ {inside = ($1 == wanted); next} inside && $1 !~ /^#/ && NF {print $1}' cmake/packages.txt
  done
}

# Installs what is missing of the given sections.
installPackages() {
  local wanted missing=() asRoot=() have name
  mapfile -t wanted < <(listPackages "$@")
  if ! command -v dpkg-query > /dev/null; then
    say "this is no Debian: it is taken that these, or their like, are installed: ${wanted[*]}"
    return
  fi
  have=" $(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' "${wanted[@]}" 2> /dev/null | tr -s ' \n' ' ' || true)"
  for name in "${wanted[@]}"; do
    [[ $have == *" ii $name "* ]] || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  command -v apt-get > /dev/null || die "these packages are missing and there is no apt-get to install them: ${missing[*]}"
  if [ "$(id -u)" != 0 ]; then
    command -v sudo > /dev/null || die "these packages are missing; as root: apt-get install --no-install-recommends ${missing[*]}"
    asRoot=(sudo)
    [ -t 0 ] || asRoot=(sudo -n)
  fi
  say "installing ${#missing[@]} packages: ${missing[*]}"
  local apt=("${asRoot[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0)
  "${apt[@]}" update || say "apt-get update failed; going on with the lists that are there"
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" > "$logFolder/apt.log" 2>&1 < /dev/null \
    || { tail -n 20 "$logFolder/apt.log" >&2; die "apt-get could not install them (all of it: $logFolder/apt.log)"; }
}

# Configures one preset; its output shows only where it fails.
configurePreset() {
  local log="$logFolder/configure-$1.log"
  cmake --preset "$1" > "$log" 2>&1 || { tail -n 30 "$log" >&2; die "configuring preset $1 failed (all of it: $log)"; }
}

# Configures and builds one preset.
buildPreset() {
  say "building preset $1"
  configurePreset "$1"
  cmake --build --preset "$1"
}
