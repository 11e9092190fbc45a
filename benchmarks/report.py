"""What a run found, in words and as JSON."""

import json
import shlex
import sys
from dataclasses import dataclass, field
from typing import Any

from benchmarks.measuring.machine import machine
from benchmarks.sending import Sent


@dataclass(slots=True)
class Report:
    """Figures in order: name, value, unit; and what must hold."""

    title: str
    figures: list[tuple[str, float | int | str | None, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    machine: dict[str, str] = field(default_factory=machine)

    def add(self, name: str, value: float | str | None, unit: str = "") -> None:
        """One figure; None where it was not measured."""
        self.figures.append((name, value, unit))

    def holds(self, what: str, true: bool) -> None:  # noqa: FBT001  (reads as a sentence)
        """Something without which the run does not count."""
        if not true:
            self.broken.append(what)

    @property
    def command(self) -> str:
        """How to do it again."""
        return shlex.join(["./run", "bench", *sys.argv[1:]])

    def in_words(self) -> str:
        """A line a figure."""
        lines = [f"== {self.title}", f"   {self.command}"]
        lines += [f"   {name}: {value}" for name, value in self.machine.items()]
        wide = max((len(name) for name, _, _ in self.figures), default=0)
        lines += [
            f"{name:<{wide}}  {_said(value):>10} {unit}" for name, value, unit in self.figures
        ]
        lines += [f"   {note}" for note in self.notes]
        lines += [f"DOES NOT HOLD: {what}" for what in self.broken]
        return "\n".join(lines)

    def as_json(self) -> str:
        """The same for programs."""
        content: dict[str, Any] = {
            "title": self.title,
            "command": self.command,
            "machine": self.machine,
            "figures": [
                {"name": name, "value": value, "unit": unit} for name, value, unit in self.figures
            ],
            "notes": self.notes,
            "broken": self.broken,
        }
        return json.dumps(content, indent=1) + "\n"


def describe(report: Report, sent: Sent, *, statements: bool, bytes_per_row: float | None) -> None:
    """Everything that one digest cost."""
    taken = max(sent.check.taken, 1)
    share = 100_000 / taken
    report.add("readers", sent.check.audience)
    report.add("mail, HTML", sent.weight["html_bytes"], "bytes")
    report.add("mail, text", sent.weight["text_bytes"], f"bytes, {sent.weight['links']} links")
    report.add("on the wire", sent.wire_bytes, f"bytes a mail, {sent.calls} calls")
    report.add("speed", sent.per_second, "mails/s")
    report.add("first byte", sent.first_byte, "s after send now")
    report.add("first mail", sent.first_mail, "s after send now")
    report.add("complete", sent.complete, "s after send now")
    for name, value in sent.reading.seconds.items():
        report.add(name, None if value is None else value * share, "CPU-s per 100,000")
    report.add("workers + caller + database", sent.reading.ours * share, "CPU-s per 100,000")
    background = sent.reading.background
    report.add(
        "PostgreSQL's own processes",
        None if background is None else background * share,
        "CPU-s per 100,000, shared with other databases of that server",
    )
    report.add("memory of a worker process", sent.memory["child"], "MiB at most")
    report.add("memory of its main process", sent.memory["main"], "MiB at most")
    report.add("bytes per delivery", bytes_per_row, "with its index")
    _add_statements(report, sent, listed=statements)
    add_check(report, sent)


def add_check(report: Report, sent: Sent) -> None:
    """Nobody lost or doubled, against the database's audience."""
    found = sent.check
    for name in ("lost", "doubled", "strange", "forgotten", "unknown"):
        report.add(name, getattr(found, name), "readers")
    report.holds("nobody is lost, doubled, strange or forgotten", found.is_whole)
    report.holds("nobody is unknown", not found.unknown)


def _add_statements(report: Report, sent: Sent, *, listed: bool) -> None:
    per_thousand = sent.reading.statements * 1_000 / max(sent.check.taken, 1)
    report.add("statements", per_thousand, "per 1,000 readers, ticks included")
    for calls, seconds, query in sent.reading.listed if listed else ():
        report.notes.append(f"{calls:>7} x {seconds * 1e6 / calls:8.0f} us  {_short(query)}")


def _short(query: str) -> str:
    return " ".join(query.split())[:150]


def _said(value: float | str | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else value
