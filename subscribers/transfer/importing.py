"""A file of readers into one newsletter: a thousand lines at a time, each piece a transaction.

After a crash the same file may be imported again: who came in before is left as he is.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import PurePath
from typing import Any, BinaryIO

from django.db import transaction

from subscribers import admission
from subscribers.choosing import rhythm_offers
from subscribers.inserting import insert_new
from subscribers.ledger import Proof
from subscribers.models import Newsletter, Subscriber
from subscribers.transfer import header, lines, rows, table_statistics
from subscribers.transfer.lines import Unreadable
from subscribers.transfer.report import SENTENCES, Kind, Report
from subscribers.transfer.rows import Refused, Row
from subscribers.transfer.seen import Seen
from subscribers.transfer.standing import standings

PIECE = 1_000
METHOD = "import"
# The day of signing up stands before it in the same proof.
LONGEST_BASIS = 250


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the readers of a file agreed; kept as consent with each of them."""

    basis: str
    source: str


def agreement(*, basis: str, file_name: str) -> Agreement:
    """Raises Unreadable with a sentence when it says nothing, or names somebody's address.

    What stands in a consent outlives erasure, so it must hold no address.
    """
    words = " ".join(basis.split())
    if not words:
        raise Unreadable("Say how these readers agreed to get it.")
    if len(words) > LONGEST_BASIS:
        raise Unreadable(f"Say how they agreed in at most {LONGEST_BASIS} characters.")
    if "@" in words or not words.isprintable():
        raise Unreadable("Say how they agreed in plain words, without anybody's address.")
    return Agreement(words, _harmless_name(file_name))


def import_readers(
    *,
    file: BinaryIO,
    newsletter: Newsletter,
    agreed: Agreement,
    dry_run: bool,
    now: datetime,
) -> Report:
    """Let in who is new to the newsletter; what became of each line. Raises Unreadable.

    With `dry_run` nothing is written, and the counts are those that the import would have now.
    """
    with closing(lines.text_lines(file)) as texts, Seen() as seen:
        head = header.read(texts)
        report = Report(unread=head.unread)
        records = lines.records(texts, delimiter=head.delimiter)
        same: Any = {
            "places": head.places,
            "slug": newsletter.slug,
            "frequencies": rhythm_offers.frequencies(newsletter=newsletter),
            "now": now,
        }
        while piece := list(islice(records, PIECE)):
            read = [rows.read(line, **same) for line in piece]
            wanted = _first_of_each(read, seen, report)
            if dry_run:
                _sort(wanted, newsletter, report)
            else:
                _take_in(wanted, newsletter, agreed, now, report)
    if not report.lines:
        raise Unreadable("There is no reader in this file, only the names of the columns.")
    if report.imported and not dry_run:
        table_statistics.refresh()
    report.settle()
    return report


def _first_of_each(read: Sequence[Row | Refused], seen: Seen, report: Report) -> list[Row]:
    """Those that are readers, each address once; the others are counted."""
    readers = [one for one in read if isinstance(one, Row)]
    for one in read:
        if isinstance(one, Refused):
            report.add(one.kind, line=one.number, reason=one.reason)
    first = seen.first_lines([(row.identity["address_hash"], row.number) for row in readers])
    wanted = []
    for row, line in zip(readers, first, strict=True):
        if line == row.number:
            wanted.append(row)
        else:
            reason = f"The same address as in line {line}."
            report.add(Kind.DUPLICATE, line=row.number, reason=reason)
    return wanted


@transaction.atomic
def _take_in(
    wanted: Sequence[Row], newsletter: Newsletter, agreed: Agreement, now: datetime, report: Report
) -> None:
    """Sort one piece and let in who is new."""
    new = _sort(wanted, newsletter, report)
    if not new:
        return
    ids = _identified(new, now)
    held = _held(ids.values())
    joiners = [
        admission.Joiner(ids[row.key], row.signed_up, row.paused_until, row.frequency, row.own_time)
        for row, _ in new
        if ids.get(row.key) in held
    ]
    admitted = admission.admit(
        newsletter=newsletter,
        joiners=joiners,
        proof=Proof(method=METHOD, page=agreed.source),
        basis=agreed.basis,
        now=now,
    )
    report.overtaken(len(new) - len(admitted))


def _sort(
    wanted: Sequence[Row], newsletter: Newsletter, report: Report
) -> list[tuple[Row, int | None]]:
    """Count each row as what it is; those to let in, with the id of who has the address already."""
    new = []
    for row, one in zip(wanted, standings(rows=wanted, newsletter_id=newsletter.pk), strict=True):
        report.add(one.kind, line=row.number, reason=SENTENCES.get(one.kind, ""))
        if one.kind is Kind.IMPORTED:
            new.append((row, one.subscriber_id))
            if row.notes:
                report.note(row.number, row.notes)
    return new


def _identified(new: Sequence[tuple[Row, int | None]], now: datetime) -> dict[str, int]:
    """Address key -> id; those whom nobody knows are made. Who is known keeps what he chose."""
    ids = {row.key: pk for row, pk in new if pk is not None}
    strangers = sorted((row for row, pk in new if pk is None), key=lambda row: row.key)
    if strangers:
        _make(strangers, now)
        keys = [row.key for row in strangers]
        made = Subscriber.objects.filter(address_key__in=keys).order_by()
        ids |= {str(key): pk for key, pk in made.values_list("address_key", "pk")}
    return ids


def _held(ids: Iterable[int]) -> set[int]:
    """Those who are still there, and are not erased before this piece is written."""
    readers = Subscriber.objects.select_for_update(no_key=True).filter(pk__in=ids, erased_at=None)
    return set(readers.order_by("pk").values_list("pk", flat=True))


def _make(strangers: Sequence[Row], now: datetime) -> None:
    insert_new(
        Subscriber,
        each={
            **{name: [row.identity[name] for row in strangers] for name in strangers[0].identity},
            "name": [row.name for row in strangers],
            "language": [row.language for row in strangers],
            "time_zone": [row.time_zone for row in strangers],
        },
        same={"created_at": now},
        returning="id",
    )


def _harmless_name(file_name: str) -> str:
    name = "".join(char for char in PurePath(file_name).name if char.isprintable()).strip()
    return name[-200:] if name and "@" not in name else "a file"
