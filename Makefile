# SPDX-License-Identifier: Apache-2.0
# Each target is one script of tools/. Its first lines say what it does and which options it takes.

PREFIX ?= /usr/local

.PHONY: help demo test affected build docs install install-library abi sync-header unit integration test-engines check-style deb clean distclean

help:
	@echo 'make demo         set this machine up, build examples/workspace into .debs, install and run them'
	@echo 'make test         set this machine up, run every test'
	@echo 'make build        the library and the program, in build/release'
	@echo 'make docs         the reference of the library, in build/release/docs/reference/reference'
	@echo 'make install      build the library and the program, and install them below PREFIX (/usr/local), or DESTDIR/PREFIX'
	@echo 'make install-library  the same for the library alone'
	@echo 'make deb          the Debian packages of the library and the program, in build/deb'
	@echo 'make abi          record the binary interface of the library in include/abi.txt'
	@echo 'make affected     only the tests that the changed files can affect (BASE=main: changed since the work left that branch)'
	@echo 'make unit         only the unit tests (C under ASan and UBSan, and the container scripts)'
	@echo 'make integration  only the tests that need a container engine'
	@echo 'make test-engines library and program on Docker 20.10, 26.1, 28.5 (also set up like 29) and Podman 4.3, 5.4, each started for it'
	@echo 'make check-style  clang-format, clang-tidy, shellcheck, a build by clang'
	@echo 'make clean        remove what was built; downloads, images and our engine stay'
	@echo 'make distclean    remove all of build/'

demo:
	@tools/demo.sh

test:
	@tools/test.sh

affected:
	@tools/test.sh affected $(BASE)

build:
	@tools/install-deps.sh build
	@tools/build.sh release

docs:
	@tools/install-deps.sh build docs
	@tools/build.sh release
	@echo build/release/docs/reference/reference/index.html

install:
	@tools/install-deps.sh build
	@tools/install.sh installed $(PREFIX)

install-library:
	@tools/install-deps.sh build
	@tools/install.sh library $(PREFIX)

deb:
	@tools/install-deps.sh deb
	@tools/deb.sh

abi: sync-header
	@tools/abi.py record include/abi.txt include
	@tools/abi.py symbols debian/libcolcon-deb-docker0.symbols "$$(dpkg-parsechangelog -S Version)" include

sync-header:
	@tools/sync-calls.py header include/colcon-deb-docker/*.h >build/cdd-sync.h
	@mv build/cdd-sync.h include/colcon-deb-docker/cdd-sync.h

unit:
	@tools/test.sh unit scripts

integration:
	@tools/test.sh integration

test-engines:
	@tools/test.sh engines

check-style:
	@tools/check-style.sh

clean:
	@tools/clean.sh

distclean:
	@tools/clean.sh --all
