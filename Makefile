# Everything a newcomer needs is `make up` and `make test`. `make help` lists the rest.

PYTHON ?= python3
LOCAL = $(PYTHON) -m deploy.local
BIN = .venv/bin

.PHONY: help up down restart clean status logs test long check format bench schemathesis faults soak mutants texts lock

help:            ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

up:              ## start Essaim with its own servers, load the network, print the address
	@$(LOCAL) up

down:            ## stop what this clone has started; data stays
	@$(LOCAL) down

restart: down up ## after a change in the code

clean:           ## stop, and remove data, passwords and logs
	@$(LOCAL) clean

status:          ## what is running
	@$(LOCAL) status

logs:            ## follow every log
	@$(LOCAL) logs

test:            ## the tests, with servers of their own: make test ARGS="-k settlement"
	@$(LOCAL) test $(ARGS)

long:            ## the tests that take too long for every day
	@$(LOCAL) test -m long $(ARGS)

check:           ## form, types, import rules, tests
	@$(LOCAL) prepare
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(LOCAL) test $(ARGS)

format:          ## put the code in form
	@$(LOCAL) prepare
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench:           ## measure
	@$(LOCAL) bench $(ARGS)

schemathesis:    ## attack the API with what its description allows and forbids
	@$(LOCAL) schemathesis $(ARGS)

faults:          ## kill everything at every point, so many times in a row: make faults TIMES=20
	@$(LOCAL) faults $(TIMES)

soak:            ## orders come in while something breaks every five seconds: make soak MINUTES=30
	@$(LOCAL) soak $(MINUTES) $(ARGS)

mutants:         ## take out each safeguard in turn, and see that a test notices
	@$(LOCAL) mutants $(ARGS)

texts:           ## bring the catalogues of the languages up to date, for translators
	@$(LOCAL) prepare
	$(BIN)/python -m deploy.texts

lock:            ## choose the newest allowed versions of all packages
	@$(LOCAL) prepare
	for each in requirements requirements-dev requirements-assets; do $(BIN)/uv pip compile $$each.in -o $$each.lock \
	    --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --quiet; done
