"""What an audit finds: one row for each kind of wrong, naming ids and never an address."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import connection

# Ids that a violation names; its count is of all.
NAMED = 20


class Invariant(StrEnum):
    """What must hold at any time; see docs/delivery.md."""

    ONCE = "I1"
    ONE_STATE = "I2"
    PROVIDER_AGREES = "I3"
    ASKED_FOR = "I4"
    COUNTS_SHOWN = "I5"
    ONE_PER_OCCURRENCE = "I6"
    ONE_REVISION = "I7"
    NOTHING_OPEN = "I8"


@dataclass(frozen=True, slots=True)
class Violation:
    """`count` things are as they must not be; `ids` names the first of them.

    `what` says what is wrong and of what the ids are.
    """

    digest_id: int
    invariant: Invariant
    what: str
    ids: tuple[int, ...]
    count: int

    def __str__(self) -> str:
        more = " ..." if self.count > len(self.ids) else ""
        named = ", ".join(str(one) for one in self.ids)
        return (
            f"digest {self.digest_id} {self.invariant}: {self.what}: {self.count} ({named}{more})"
        )


@dataclass(frozen=True, slots=True)
class Check:
    """SQL that selects the `id` of each thing that is wrong in `%(digest)s`."""

    invariant: Invariant
    what: str
    sql: str


@dataclass(slots=True)
class Audit:
    """One digest: its readers by state as counted from rows, and what is wrong.

    `notes` says what could not be compared.
    """

    digest_id: int
    states: Counter[str]
    violations: list[Violation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def run(check: Check, *, digest_id: int, **parameters: Any) -> list[Violation]:
    """The violation that a check finds, or none; one statement."""
    # The count of all beside the first ids, so that a million wrong rows are not fetched.
    sql = f"SELECT id, COUNT(*) OVER () FROM ({check.sql}) wrong ORDER BY id LIMIT {NAMED}"  # noqa: S608
    rows = fetch(sql, digest=digest_id, **parameters)
    if not rows:
        return []
    return [
        Violation(
            digest_id=digest_id,
            invariant=check.invariant,
            what=check.what,
            ids=tuple(int(row[0]) for row in rows),
            count=int(rows[0][1]),
        )
    ]


def fetch(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """All rows of a statement with named parameters."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
