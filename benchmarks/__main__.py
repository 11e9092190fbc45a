"""`./run bench JOB`: sets the stage, runs the job, prints the report and tidies up."""

import importlib
import sys
from pathlib import Path

from benchmarks import options as command_line
from benchmarks.guard import bounded
from benchmarks.options import Options
from benchmarks.plan import costs, table
from benchmarks.servers.processes import BenchmarkError
from config.up.failure import UpError

# Readers for whom it is planned.
PLANNED = (1_000_000, 10_000_000, 50_000_000)


def main(arguments: list[str]) -> int:
    """0 when the run is complete and all its checks hold, else 1."""
    options = command_line.parse(arguments)
    if options.job == "list":
        print(command_line.listing())
        return 0
    if options.job == "plan":
        return _plan(options)
    try:
        with bounded(seconds=options.limit):
            report = _run(options)
    except (BenchmarkError, UpError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(report.in_words())
    if options.json is not None:
        Path(options.json).write_text(report.as_json(), encoding="utf-8")
    return 1 if report.broken else 0


def _plan(options: Options) -> int:
    """Nothing is started: it only computes."""
    try:
        print(table.in_words(readers=PLANNED, costs=costs.values(options.cost)))
    except costs.NoSuchCost as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


def _run(options: Options):
    if options.job == "soak":
        # It stops and restarts its servers, so they are its own.
        from benchmarks.soaking import soak  # noqa: PLC0415

        return soak.run(options)
    from benchmarks.stage import stage  # noqa: PLC0415

    name = options.job.replace("-", "_")
    # Room for the audience twice and those beside it; the file is sparse.
    with stage(options=options, readers=3 * options.readers + 100_000) as ready:
        job = importlib.import_module(f"benchmarks.jobs.{name}")
        return job.run(ready, options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
