# Everything is in ./run; this only forwards.

.PHONY: run test requirements

run:
	./run

test:
	./run test

# The pinned versions with their hashes, from pyproject.toml.
requirements:
	uv pip compile -q --custom-compile-command 'make requirements' --universal --python-version 3.11 --generate-hashes pyproject.toml -o requirements.txt
	uv pip compile -q --custom-compile-command 'make requirements' --universal --python-version 3.11 --generate-hashes --group dev -c requirements.txt -o requirements-dev.txt
