#!/usr/bin/env bash
# record-examples.sh: makes the captures of examples/ anew, on the loopback interface. Needs root
# (to capture), tcpdump, curl and python3.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
started=()
cleanup() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

# Waits until a file holds a text, for at most five seconds.
wait_for() {
  local tries
  for ((tries = 0; tries < 50; ++tries)); do
    grep -q "$2" "$1" 2>/dev/null && return 0
    sleep 0.1
  done
  echo "no '$2' in $1" >&2
  return 1
}

# record NAME FILTER COMMAND...: what COMMAND sends and receives, as examples/NAME.pcap.
record() {
  local name=$1 filter=$2 pid
  shift 2
  tcpdump -i lo -U --immediate-mode -s 0 -Z root -w "examples/$name.pcap" "$filter" \
    2>"$work/$name.log" &
  pid=$!
  started+=("$pid")
  wait_for "$work/$name.log" 'listening on'
  "$@"
  sleep 0.5  # the last acknowledgements
  kill -INT "$pid"
  wait "$pid" || true
}

web() {
  curl -s -o /dev/null http://127.0.0.1:8080/
  curl -s -o /dev/null http://127.0.0.1:8080/logo.png
  curl -s -o /dev/null http://127.0.0.1:8080/not-there.html
}
keep_alive() {
  curl -s -o /dev/null -o /dev/null http://127.0.0.1:8080/ http://127.0.0.1:8080/style.css
}
ipv6() { curl -s -o /dev/null -g 'http://[::1]:8081/'; }
mail() { python3 scripts/example_peers.py mail; }

python3 scripts/example_peers.py serve "$work/site" >"$work/server.log" 2>&1 &
started+=("$!")
wait_for "$work/server.log" ready
record web 'tcp port 8080' web
record keep_alive 'tcp port 8080' keep_alive
record ipv6 'tcp port 8081' ipv6
record mail 'tcp port 2525' mail
ls -l examples/*.pcap
