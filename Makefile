# SPDX-License-Identifier: Apache-2.0
# Everything a clone needs; `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

SWIFT ?= swift
PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)
VENV := .build-venv
SWIFT_SOURCES := $(wildcard Package.swift Sources Functions Tests Benchmarks)

.PHONY: help deps build package test test-swift test-clients demo chaos-demo start check format bench tsan soak clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install the Debian packages that are missing (with sudo when not root)
	@scripts/install-dependencies

# Swift's libraries are linked in: docs/decisions/0007-static-swift-libraries.md. Accesses are checked for overlaps when
# they are compiled, and at run time in the builds that the tests use: docs/decisions/0012-cheaper-invocations.md.
RELEASE := -c release --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked

build: deps ## Build martlet and the functions for use (release)
	$(SWIFT) build $(RELEASE)

test: test-swift test-clients ## Run every test: the Swift ones, then the ones with real clients

test-swift: deps
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest

test-clients: deps $(VENV)/.installed
	$(SWIFT) build
	MARTLET="$(CURDIR)/.build/debug/martlet" $(VENV)/bin/python -m pytest Tests/Clients

demo: deps ## Play events/ through the application of template.json and show what happened
	$(SWIFT) build
	@.build/debug/martlet test events

chaos-demo: deps ## Play chaos/ through the application while things go wrong, for ten seeds, each twice the same
	$(SWIFT) build
	@scripts/chaos-demo

start: build ## Start the emulator from template.json
	@.build/release/martlet start

package: deps ## Make zip files of the functions to deploy, and prove them in an empty root
	$(SWIFT) build
	@.build/debug/martlet package

check: deps ## Lint, build without a warning, and look for what a reader should never meet
	$(SWIFT) format lint --strict --recursive --parallel $(SWIFT_SOURCES)
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest --filter TidyTests

format: ## Bring the Swift sources into the house format
	$(SWIFT) format --in-place --recursive --parallel $(SWIFT_SOURCES)

bench: build ## Measure speed with the project's own benchmark
	$(SWIFT) build -c release --package-path Benchmarks --scratch-path .build-benchmarks
	@.build-benchmarks/release/InvokeBenchmark .build/release/martlet .build-benchmarks/release/EchoBootstrap

tsan: deps ## Run the Swift tests under the thread sanitizer
	$(SWIFT) test --sanitize thread --scratch-path .build-tsan --disable-xctest

EVENTS ?= 10000000

soak: deps ## Run the core under simulation with faults: EVENTS=10000000, SEED=... to repeat a run
	$(SWIFT) build $(RELEASE) --product soak
	@.build/release/soak --events $(EVENTS) $(if $(SEED),--seed $(SEED))

clean: ## Remove what was built here
	rm -rf .build .build-* .martlet

$(VENV)/.installed: Tests/Clients/requirements.txt
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@
