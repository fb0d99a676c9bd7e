# Everything a newcomer needs. On a fresh machine: python3 >= 3.11 and make, nothing else.
.PHONY: help demo demo-once test check bench soak messages lock

help:
	@echo "make demo       a demo firm and its pretend Outlook, served at http://127.0.0.1:8000"
	@echo "make demo-once  the same without serving: two synchronisations, their tables, the end"
	@echo "make check      format, lint, types, layers, translations, migrations"
	@echo "make test       make check and every test; installs what the tests need"
	@echo "make bench      counts requests, queries and time against computed bounds and other programs"
	@echo "make soak       100,000 random histories on every core, workers killed, answers lost; some forty minutes"
	@echo "make messages   gathers the texts to translate into the catalogues"
	@echo "make lock       writes the locked dependencies anew from pyproject.toml"

demo:
	@python3 scripts/install.py runtime
	@.venv/bin/crmcorner demo

demo-once:
	@python3 scripts/install.py runtime
	@.venv/bin/crmcorner demo --once

check:
	@scripts/check

test:
	@scripts/test

bench:
	@python3 scripts/install.py test
	@.venv/bin/python -m bench

soak:
	@scripts/soak $(SOAK)

messages:
	@python3 scripts/install.py test
	@.venv/bin/python scripts/messages.py update

lock:
	@scripts/lock
