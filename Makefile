# Thin on purpose: the work is done by the scripts in bin/.
.DEFAULT_GOAL := help
.PHONY: help setup run test bench lint check

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## prepare without starting
	@bin/setup

run: ## start everything with demonstration data (PORT=8001 for another port)
	@bin/run

test: ## run all tests
	@bin/test

bench: ## measure the main pages with 10,000 and 100,000 employees (about half an hour)
	@bin/setup --test
	@.venv/bin/python -m bench

lint: ## style, types, import contract, templates
	@bin/setup
	@bin/lint

check: ## all that has to pass before a change lands
	@.ci/run
