# Shortcuts around CMake; CONTRIBUTING.md says what stands behind each.
.PHONY: all deps demo test bench format install clean

all: build/release/build.ninja
	cmake --build --preset release --target tcpflow

build/%/build.ninja:
	cmake --preset $*

deps:
	scripts/install-deps.sh

# What the program does with real traffic: builds it, runs it on examples/, shows what it found.
demo: deps
	$(MAKE) all
	scripts/demo.sh build/release/tcpflow demo-out

# Every test: the checks of the sources, then unit tests and whole-program cases, optimised and with
# sanitizers.
test: deps
	scripts/run-tests.sh release dev

bench: build/release/build.ninja
	cmake --build --preset release --target tcpflow
	bench/run.py

format:
	git ls-files '*.h' '*.cc' | xargs -r clang-format-14 -i

# Honours DESTDIR and PREFIX.
install: all
	cmake --install build/release $(if $(PREFIX),--prefix $(PREFIX))

clean:
	rm -rf build demo-out
