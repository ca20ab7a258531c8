#!/usr/bin/env bash
# install-deps.sh [--dev | --bench]: sees to it that compiler, build tools and libraries are there.
# On Debian and its kin it installs what is missing (as root, or with sudo); elsewhere it says which
# packages to install and fails only if something needed is absent. --dev adds what CI needs: clang,
# its formatter and linter, the fuzzing runtime, ccache, the benchmark library; --bench what
# `make bench` measures with: that library, callgrind, and Debian's tcpflow to compare with.
set -euo pipefail

build_packages=(cmake ninja-build g++ pkg-config make libpcap-dev libarchive-dev liblzma-dev
                zlib1g-dev libbrotli-dev libzstd-dev libssl-dev libboost-dev libgtest-dev
                libgmock-dev node-llhttp libmagic-dev rapidjson-dev libsqlite3-dev python3
                pybind11-dev python3-dev libmimalloc-dev)
dev_packages=(clang clang-format-14 clang-tidy-14 libclang-rt-14-dev ccache libbenchmark-dev
              unzip nginx-light curl tcpdump brotli zstd)
bench_packages=(libbenchmark-dev valgrind tcpflow)
libraries=(libpcap libarchive liblzma zlib libbrotlidec libbrotlienc libzstd libmagic libcrypto
           RapidJSON sqlite3 gtest gmock)
tools=(cmake ninja c++ pkg-config make python3)

usage() { echo "usage: scripts/install-deps.sh [--dev | --bench]" >&2; exit 2; }

packages=("${build_packages[@]}")
if [ "${1:-}" = --dev ]; then
  packages+=("${dev_packages[@]}")
  tools+=(clang++ clang-format-14 clang-tidy-14)
  shift
elif [ "${1:-}" = --bench ]; then
  packages+=("${bench_packages[@]}")
  tools+=(valgrind)
  shift
fi
[ $# -eq 0 ] || usage

# Prints what of tools and libraries is absent, whoever installed them.
absent() {
  local name
  for name in "${tools[@]}"; do
    command -v "$name" >/dev/null 2>&1 || echo "$name"
  done
  if command -v c++ >/dev/null 2>&1 &&
    ! echo '#include <boost/version.hpp>' | c++ -x c++ -E - >/dev/null 2>&1; then
    echo 'boost (headers)'
  fi
  # Debian's node-llhttp has C source and no library.
  if [ ! -e /usr/share/llhttp/llhttp.c ] && ! pkg-config --exists libllhttp 2>/dev/null; then
    echo 'llhttp (library or C source)'
  fi
  command -v pkg-config >/dev/null 2>&1 || return 0
  for name in "${libraries[@]}"; do
    pkg-config --exists "$name" || echo "$name (library and headers)"
  done
}

missing_packages() {
  local name
  for name in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Abbrev}\n' "$name" 2>/dev/null | grep -q '^ii' || echo "$name"
  done
}

say_by_system() {
  cat <<'TEXT'
tcpflow needs CMake 3.25 or newer, Ninja, a C++20 compiler (GCC 12, clang 14 or newer), make,
pkg-config, Python 3.9 or newer, and the headers of libpcap, libarchive, liblzma, zlib, brotli,
zstd, llhttp, libmagic, OpenSSL, Boost and GoogleTest. Install them with:
  Debian   apt-get install cmake ninja-build g++ pkg-config make libpcap-dev libarchive-dev \
           liblzma-dev zlib1g-dev libbrotli-dev libzstd-dev libssl-dev libboost-dev \
           libgtest-dev libgmock-dev node-llhttp libmagic-dev python3 pybind11-dev python3-dev \
           libmimalloc-dev
  Fedora   dnf install cmake ninja-build gcc-c++ pkgconf make libpcap-devel libarchive-devel \
           xz-devel zlib-devel brotli-devel libzstd-devel openssl-devel boost-devel \
           gtest-devel gmock-devel llhttp-devel file-devel python3 mimalloc-devel
  Arch     pacman -S cmake ninja gcc pkgconf make libpcap libarchive xz zlib brotli zstd \
           llhttp file openssl boost gtest python mimalloc
  Alpine   apk add cmake ninja g++ pkgconf make libpcap-dev libarchive-dev xz-dev zlib-dev \
           brotli-dev zstd-dev llhttp-dev file-dev openssl-dev boost-dev gtest-dev python3 linux-headers \
           mimalloc2-dev
TEXT
}

# Ends the script: well if nothing needed is absent, with the list otherwise.
judge_by_hand() {
  local list
  list=$(absent)
  if [ -z "$list" ]; then
    echo "dependencies: everything needed is present"
    exit 0
  fi
  echo "dependencies: absent: ${list//$'\n'/, }" >&2
  say_by_system >&2
  exit 1
}

command -v apt-get >/dev/null 2>&1 || judge_by_hand
mapfile -t missing < <(missing_packages)
if [ ${#missing[@]} -eq 0 ]; then
  echo "dependencies: everything is installed"
  exit 0
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "dependencies: neither root nor sudo, so nothing can be installed" >&2
    judge_by_hand
  fi
  as_root=(sudo)
fi
echo "dependencies: installing ${missing[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null
