"""Load and fault programs behind the figures of docs/performance.md; see `./run bench list`."""
