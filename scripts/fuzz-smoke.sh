#!/usr/bin/env bash
# fuzz-smoke.sh [SECONDS [TARGET...]]: builds the fuzz targets and runs each (or those named) for
# SECONDS (30), two at a time, past inputs that once failed first. fuzz/README.md says more.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-30}
shift || true
build=build/fuzz

# Runs one target; its output goes to a log that is shown if it fails.
smoke() {
  local target=$1 name log corpus
  name=$(basename "$target")
  corpus=$build/corpus/$name
  log=$build/$name.log
  mkdir -p "$corpus" "$build/found/$name"
  local old=() seeds=()
  [ -d "fuzz/regressions/$name" ] && mapfile -t old < <(find "fuzz/regressions/$name" -type f)
  [ -d "fuzz/corpus/$name" ] && seeds+=("fuzz/corpus/$name")
  case $name in *pcap*|*capture*) seeds+=("$build/captures") ;; esac
  if ! { { [ ${#old[@]} -eq 0 ] || "$target" "${old[@]}"; } &&
         "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
           -print_final_stats=1 -artifact_prefix="$build/found/$name/" "$corpus" "${seeds[@]}"; } \
       >"$log" 2>&1; then
    tail -n 60 "$log"
    echo "FAIL $name: inputs that broke it lie in $build/found/$name/ or fuzz/regressions/$name/"
    return 1
  fi
  echo "ok   $name: ${#old[@]} regressions," \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1) inputs"
}

if [ "${FUZZ_SMOKE_ONE:-}" ]; then
  smoke "$FUZZ_SMOKE_ONE"
  exit
fi
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz
mkdir -p "$build/captures"
for capture in tests/e2e/cases/*/*.pcap*; do
  cp "$capture" "$build/captures/$(basename "$(dirname "$capture")")-$(basename "$capture")"
done
if [ $# -gt 0 ]; then
  targets=("${@/#/$build/fuzz/}")
else
  mapfile -t targets < <(find "$build/fuzz" -maxdepth 1 -name '*_fuzz' -type f | sort)
fi
[ ${#targets[@]} -gt 0 ] || { echo "no fuzz targets"; exit 0; }
# shellcheck disable=SC2016  # the inner shell expands it
printf '%s\0' "${targets[@]}" |
  xargs -0 -P 2 -I{} env FUZZ_SMOKE_ONE={} scripts/fuzz-smoke.sh "$seconds"
