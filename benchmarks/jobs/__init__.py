"""One file per `./run bench JOB`: `run(stage, options)` returns the report of it."""
