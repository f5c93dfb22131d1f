#!/usr/bin/env bash
# The gate: format and include rules, warnings as errors, all tests that need no GPU, and those without LibTorch once more under the
# address and undefined-behaviour sanitizers.
#
#   ./test.sh             the gate
#   ./test.sh --all       and clang-tidy on what changed, the thread sanitizer, and the engine-only build
#   ./test.sh -R space    ctest's own options: only the tests they select, in preset dev alone
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source cmake/prepare.sh
cores="$(nproc)"
all=no
if [ "${1:-}" = --all ]; then all=yes; shift; fi
selection=("$@")
passed=0 failed=0 skipped=0

# Runs ctest, counts, and remembers failures: all of the tests run before the gate closes.
runTests() {
  local name="$1" log="$logFolder/ctest-$1.log" total bad; shift
  say "testing preset $name"
  # A click can come before the window's last layout on a crowded machine: a test has two tries, and the log names who took both.
  ctest --preset "$name" -j "$cores" --repeat until-pass:2 "$@" "${selection[@]}" 2>&1 | tee "$log" | grep -vE '^ *[0-9]+/[0-9]+ Test +#.* Passed|^ +Start +[0-9]+:' || true
  read -r bad total < <(sed -n 's/.*tests passed, \([0-9]*\) tests failed out of \([0-9]*\)$/\1 \2/p' "$log" | tail -n 1) \
    || { [ ${#selection[@]} -gt 0 ] && return 0; die "ctest of preset $name did not come to its end ($log)"; }
  local here
  here="$(grep -cE '^ *[0-9]+/[0-9]+ Test +#.*\*\*\*Skipped' "$log" || true)"
  passed=$((passed + total - bad - here)) failed=$((failed + bad)) skipped=$((skipped + here))
}

# Sources that differ from the main line: all of what is not committed, and all commits that it lacks.
changedSources() {
  local base
  base="$(git merge-base HEAD origin/HEAD 2> /dev/null || git rev-parse HEAD)"
  git diff --name-only --diff-filter=d "$base" -- 'engine/*.cpp' 'app/*.cpp'
}

installPackages build test
cmake/get-libtorch.sh > /dev/null

say "checking format and rules"
configurePreset dev
ctest --test-dir build/dev -L '^house$' -j "$cores" --output-on-failure --no-tests=error > "$logFolder/house.log" 2>&1 \
  || { cat "$logFolder/house.log"; die "the tree breaks its own rules (above)"; }

buildPreset dev
if [ "$all" = yes ] && command -v clang-tidy-19 > /dev/null; then
  # Files with LibTorch take half a minute each: a change is read as far as this budget goes, its small files first.
  mapfile -t sources < <(changedSources | xargs -r wc -l | awk '$2 != "total" {print $1, $2}' | sort -n | awk '{print $2}')
  say "clang-tidy on ${#sources[@]} changed files"
  python3 tests/house/tidy.py --build build/dev --jobs "$cores" --seconds "${ATTELIER_TIDY_SECONDS:-300}" "${sources[@]}"
fi
runTests dev
if [ ${#selection[@]} = 0 ] || [ "$all" = yes ]; then
  buildPreset asan
  runTests asan
fi
if [ "$all" = yes ]; then
  buildPreset tsan
  runTests tsan
  buildPreset engine-only
  runTests engine-only -L built
fi

say "closing"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$((passed + failed + skipped))" -gt 0 ] || die "no test was selected"
[ "$failed" = 0 ]
