"""How a digest went, as a table for spreadsheets."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import fields

from newsletter.delivery.counts import Counts
from newsletter.statistics.outcome import Outcome

# With any of these first a spreadsheet takes a text for a formula, and may run it (OWASP, "CSV
# Injection"). Texts here come from feeds.
# Signs that begin a formula, also as wide as a Chinese letter.
_SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = (*_SIGNS, "\t", "\r", "\n")
# One behind a sign that parts cells elsewhere: much of Europe does it with a semicolon.
_IN_A_CELL_OF_ITS_OWN = re.compile(rf"(?<=.)([;|\t]\s*)(?=[{re.escape(_SIGNS)}])", re.DOTALL)
HEAD = ("table", "what", "detail", "number")
Row = tuple[str, str, str, int]


def as_csv(*, found: Outcome) -> bytes:
    """One row a number, CSV as in RFC 4180.

    UTF-8 with a byte order mark: without it Excel reads it in the encoding of the machine.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for table, what, detail, number in rows(found=found):
        writer.writerow([table, harmless(what), harmless(detail), number])
    return text.getvalue().encode("utf-8-sig")


def rows(*, found: Outcome) -> Iterator[Row]:
    """(table, what, detail, number), in the order of the page."""
    for field in fields(Counts):
        words = field.name.replace("_", " ")
        yield "readers", words, "", getattr(found.counts, field.name)
    yield "came back", "hard bounces", "", found.hard_bounces
    yield "came back", "soft bounces", "", found.bounces.soft
    yield "came back", "spam complaints", "", found.bounces.complained
    yield "left within 7 days", "left", "", found.leavers.left
    yield "left within 7 days", "reported spam", "", found.leavers.complained
    for link in found.links:
        yield "clicks", link.label, link.url, link.clicks
    for day in found.days:
        yield "growth", "joined", day.day.isoformat(), day.joined
        yield "growth", "left", day.day.isoformat(), day.left


def harmless(text: str) -> str:
    """`text` as a spreadsheet shows it and never runs it, whatever parts its cells."""
    inside = _IN_A_CELL_OF_ITS_OWN.sub(r"\1'", text)
    return f"'{inside}" if text.lstrip(" ").startswith(_FORMULA) else inside
