"""Memory of a worker with 100,000 readers and with a million, each by workers started for it."""

from benchmarks import sending
from benchmarks.data.readers import room
from benchmarks.jobs.batch import row_bytes
from benchmarks.options import Options
from benchmarks.report import Report, describe
from benchmarks.sending import Sent
from benchmarks.stage import Stage

FEW = 100_000


def run(stage: Stage, options: Options) -> Report:
    """First a tenth or 100,000 of them, then all."""
    few = min(FEW, options.readers // 10)
    report = Report(title=f"{few:,} readers, then {options.readers:,}, {options.shape}")
    small = _send(stage, options, report, name="Few", first=1, how_many=few)
    many = room(few) + 1
    large = _send(stage, options, report, name="Many", first=many, how_many=options.readers)
    growth = large.memory["child"] - small.memory["child"]
    report.add("growth of a worker process", growth, f"MiB from {few:,} to {options.readers:,}")
    return report


def _send(
    stage: Stage, options: Options, report: Report, *, name: str, first: int, how_many: int
) -> Sent:
    newsletter = sending.audience(name=name, first=first, how_many=how_many)
    stage.fleet.start()
    sending.warm_up(stage, first=_behind_all(options))
    sent = sending.send(stage, newsletter=newsletter, expected=how_many, seconds=options.limit)
    report.add(f"-- {name}", how_many, "readers")
    describe(report, sent, statements=options.statements, bytes_per_row=row_bytes())
    stage.fleet.stop()
    return sent


def _behind_all(options: Options) -> int:
    return 2 * options.readers + 1
