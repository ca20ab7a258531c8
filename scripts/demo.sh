#!/usr/bin/env bash
# demo.sh TCPFLOW OUT: runs the program on each capture of examples/ and shows what came out.
set -euo pipefail
tcpflow=$(realpath "$1")
out=$2
cd "$(dirname "$0")/.."
rm -rf "$out"
mkdir -p "$out"

streams() { find "$1" -type f ! -name report.xml | sort; }

# The first printable lines of a stream, so that a terminal stays usable.
show_stream() {
  head -c 2000 "$1" | tr -cd '\11\12\40-\176' | head -n "$2" | sed 's/^/      | /'
}

for capture in examples/*.pcap; do
  name=$(basename "$capture" .pcap)
  echo
  echo "$ tcpflow -o $out/$name -r $capture"
  "$tcpflow" -o "$out/$name" -r "$capture"
  streams "$out/$name" | while read -r file; do
    printf '  %8d bytes  %s\n' "$(wc -c <"$file")" "${file#"$out/$name/"}"
  done
  first=$(streams "$out/$name" | sed -n 1p)
  [ -n "$first" ] || continue
  echo "    $first begins with:"
  show_stream "$first" 5
done
echo
echo "$(streams "$out" | wc -l) streams lie in $out/, one folder a capture;"
echo "each folder has a report.xml that lists its streams with addresses, times and counts."
