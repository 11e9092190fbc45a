"""Readers in and out as CSV: each step by the command that people run, in a process of its own."""

import os
import resource
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from benchmarks.data import readers
from benchmarks.measuring import postgres
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.servers.processes import ROOT, BenchmarkError, say
from benchmarks.stage import Stage
from subscribers.clock import database_now
from subscribers.models import Consent, Newsletter, Subscription

SLUG = "transfer"
# A piece fits in it many times; what a process takes beyond it grows with the file.
_FEW = 10_000


@dataclass(frozen=True, slots=True)
class Used:
    """Of one command: seconds on the clock, of its processor, of the database's; MiB at most."""

    seconds: float
    own: float
    database: float | None
    memory: float


def run(stage: Stage, options: Options) -> Report:
    """Look at the file, import it, import it again, export; then a small one, for its memory."""
    report = Report(title=f"{options.readers:,} readers in and out as CSV")
    _newsletter(SLUG)
    _newsletter("few")
    file, out = stage.folder / "readers.csv", stage.folder / "out.csv"
    small = stage.folder / "few.csv"
    _write(file, range(options.readers))
    _write(small, range(options.readers, options.readers + _FEW))
    report.add("file", file.stat().st_size / 1e6, "MB")
    first = _measured(report, stage, f"import of {_FEW:,}", _import(small, "few"))
    _measured(report, stage, "dry run", _import(file, SLUG, "--dry-run"))
    report.holds("a dry run writes nothing", _active() == 0)
    last = _measured(report, stage, "import", _import(file, SLUG))
    _measured(report, stage, "the same again", _import(file, SLUG))
    consents = Consent.objects.filter(newsletter__slug=SLUG).count()
    report.holds("everybody is in, with one proof", _active() == consents == options.readers)
    readers.tidy()
    export = ["export_subscribers", f"--newsletter={SLUG}", "-o", str(out)]
    _measured(report, stage, "export", export)
    with out.open("rb") as lines:
        report.holds("everybody is out", sum(1 for _ in lines) == options.readers + 1)
    report.add("growth", last.memory - first.memory, f"MiB, import of {_FEW:,} to the whole file")
    return report


def _newsletter(slug: str) -> None:
    Newsletter.objects.create(
        name=slug, slug=slug, tagline=slug, from_name=slug, from_address="a@sender.example"
    )


def _write(file: Path, numbers: Iterable[int]) -> None:
    """With names, languages and dates, half of the addresses in capitals, over 50 domains."""
    day = f"{database_now():%Y-%m-%d}"
    with file.open("w", encoding="utf-8") as out:
        out.write("address,name,language,time_zone,signed_up\n")
        for number in numbers:
            name = ("", "Robin Reed", "Zoë Ångström")[number % 3]
            letters = "Reader" if number % 2 else "reader"
            out.write(
                f"{letters}.{number}@mail{number % 50}.example,{name},en,Europe/London,{day}\n"
            )


def _import(file: Path, slug: str, *more: str) -> list[str]:
    return ["import_subscribers", str(file), f"--newsletter={slug}", "--consent=A card", *more]


def _active() -> int:
    return Subscription.objects.filter(newsletter__slug=SLUG, state="active").count()


def _measured(report: Report, stage: Stage, name: str, arguments: list[str]) -> Used:
    say(name)
    used = _run(stage, arguments)
    report.add(name, used.seconds, "s")
    report.add(f"{name}: command", used.own, "CPU-s")
    report.add(f"{name}: database", used.database, "CPU-s")
    report.add(f"{name}: memory", used.memory, "MiB at most")
    return used


def _run(stage: Stage, arguments: list[str]) -> Used:
    """`wait4` tells the processor time and the memory of this child alone."""
    watch = None
    if connection.vendor == "postgresql":
        watch = postgres.Backends(database=stage.database.name, skip={postgres.own_backend()})
        watch.start()
    start = time.monotonic()
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    nowhere = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
    child = os.posix_spawn(command[0], command, os.environ, file_actions=[nowhere])
    _, status, spent = os.wait4(child, 0)
    seconds = time.monotonic() - start
    if status:
        raise BenchmarkError(f"{arguments[0]} failed.")
    return Used(
        seconds=seconds,
        own=spent.ru_utime + spent.ru_stime,
        database=watch.seconds() if watch else None,
        memory=_mebibytes(spent),
    )


def _mebibytes(spent: "resource.struct_rusage") -> float:
    # In KiB on Linux, in bytes on macOS.
    return spent.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
