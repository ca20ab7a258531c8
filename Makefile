# Shortcuts around CMake; CONTRIBUTING.md says what stands behind each.
.PHONY: all deps demo test bench bench-growth bench-profile bench-deps format install clean

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

# Against 1.6.1 and cp, about two hours; the table goes into bench/README.md.
bench: bench-deps all
	bench/run.py --write

# Whether twice the traffic takes twice the time.
bench-growth: bench-deps all
	bench/growth.py --write

# Where the time goes, in instructions.
bench-profile: bench-deps all
	bench/profile.py --write

bench-deps:
	scripts/install-deps.sh --bench

format:
	git ls-files '*.h' '*.cc' | xargs -r clang-format-14 -i

# Honours DESTDIR and PREFIX.
install: all
	cmake --install build/release $(if $(PREFIX),--prefix $(PREFIX))

clean:
	rm -rf build demo-out
