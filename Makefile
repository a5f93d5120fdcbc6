# Thin on purpose: the work is done by the scripts in bin/.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint check

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## prepare without starting
	@bin/setup

run: ## start everything with demonstration data (PORT=8001 for another port)
	@bin/run

test: ## run all tests
	@bin/test

lint: ## style, types, import contract, templates
	@bin/setup
	@bin/lint

check: ## all that has to pass before a change lands
	@.ci/run
