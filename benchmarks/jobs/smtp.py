"""One digest to all readers through an SMTP relay."""

from benchmarks.jobs import batch

run = batch.run
