#!/usr/bin/env bash
# run-tests.sh PRESET...: the checks of the sources, then for each preset a build, the unit tests,
# the whole-program cases, and the comparisons with tshark and with the running kernel; last, for
# release, real servers and clients, archives against files, records, Python, numbers of threads,
# and ten million hostile packets.
set -euo pipefail
cd "$(dirname "$0")/.."

for check in layers size rules; do
  python3 "tools/check_$check.py" --self-test
  python3 "tools/check_$check.py"
done
python3 tests/e2e/run.py --self-test
python3 tests/e2e/make_captures.py --check
for preset in "$@"; do
  echo "== $preset: build"
  cmake --preset "$preset" >/dev/null
  cmake --build --preset "$preset"
  echo "== $preset: unit tests"
  ctest --preset "$preset" -j "$(nproc 2>/dev/null || echo 2)" --no-tests=error --progress
  echo "== $preset: whole-program cases"
  python3 tests/e2e/run.py --bin "build/$preset/tcpflow"
  echo "== $preset: the same streams as tshark"
  python3 tests/differential/run.py --bin "build/$preset/tcpflow"
  echo "== $preset: against the running kernel"
  python3 tests/kernel_oracle/run.py --bin "build/$preset/tcpflow"
done
# Sanitizers multiply memory, so this one is for the optimised program.
if [[ " $* " == *" release "* ]]; then
  echo "== release: what real servers and clients say"
  python3 tests/servers/run.py --bin build/release/tcpflow
  echo "== release: archives hold what the files would"
  python3 tests/archive/run.py --bin build/release/tcpflow
  echo "== release: records as others read them"
  python3 tests/records/run.py --bin build/release/tcpflow
  echo "== release: the scanner python with signals, as another user, installed"
  python3 tests/python/run.py --bin build/release/tcpflow
  echo "== release: the same for every number of threads"
  python3 tests/threads/run.py --build build/release
  echo "== release: memory under attack"
  python3 tests/hostile/run.py --build build/release
fi
echo "all tests passed"
