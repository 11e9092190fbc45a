"""One digest to all readers: speed, cost, memory, statements, and that nobody is missing."""

from django.db import connection

from benchmarks import sending
from benchmarks.measuring import postgres
from benchmarks.options import Options
from benchmarks.report import Report, describe
from benchmarks.stage import Stage


def run(stage: Stage, options: Options) -> Report:
    """Send it `runs` times, each a digest of its own to the same readers."""
    readers = sending.audience(name="Morning Briefing", first=1, how_many=options.readers)
    stage.fleet.start()
    sending.warm_up(stage, first=2 * options.readers + 1)
    report = Report(title=f"{options.readers:,} readers, {options.shape}")
    for _ in range(options.runs):
        sent = sending.send(
            stage, newsletter=readers, expected=options.readers, seconds=options.limit
        )
        describe(report, sent, statements=options.statements, bytes_per_row=row_bytes())
    return report


def row_bytes() -> float | None:
    """Of deliveries, on disk with their index; None on SQLite."""
    if connection.vendor != "postgresql":
        return None
    return postgres.bytes_per_row("newsletter_delivery")
