"""What a provider says that it took, for one digest: read from the outbox or from a file."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db import connection

from newsletter.models import Digest
from subscribers.addresses import AddressError, normalise
from subscribers.mailing import outbox
from subscribers.models import OutboxMail, Subscriber

_CHUNK = 5_000

_ROWS = {
    "postgresql": (
        "SELECT (item->>0)::bigint, (item->>1)::int FROM jsonb_array_elements(%s::jsonb) AS item"
    ),
    "sqlite": (
        "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(%s)"
    ),
}


@dataclass(slots=True)
class Record:
    """How often the provider took a mail for whom, by subscriber id.

    `provider` bounds it to what went through that one; empty: through any. `strangers` are the
    numbers of lines that name none of our readers.
    """

    times: Counter[int]
    provider: str = ""
    strangers: list[int] = field(default_factory=list)
    # False: it forgot its older part, so who is missing in it proves nothing.
    is_complete: bool = True

    @classmethod
    def of_outbox(cls, *, digest: Digest) -> "Record":
        """What the outbox provider kept of a digest."""
        mails = OutboxMail.objects.filter(
            source=f"digest:{digest.pk}", subscriber_id__isnull=False
        ).values_list("subscriber_id", flat=True)
        return cls(
            times=Counter(one for one in mails if one is not None),
            provider="outbox",
            is_complete=outbox.remembers(since=digest.sending_at),
        )

    @classmethod
    def read(cls, lines: Iterable[str]) -> "Record":
        """One subscriber id or address a line, as often as a mail was taken; empty lines pass."""
        record = cls(times=Counter())
        numbered = ((number, line.strip()) for number, line in enumerate(lines, 1))
        named = ((number, name) for number, name in numbered if name)
        while chunk := list(islice(named, _CHUNK)):
            ids = _ids_by_key({name for _, name in chunk if "@" in name})
            for number, name in chunk:
                one = ids.get(name) if "@" in name else _number(name)
                if one is None:
                    record.strangers.append(number)
                else:
                    record.times[one] += 1
        return record

    def load(self) -> None:
        """Put it where SQL can join it: the temporary table `audit_record` of this connection."""
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE IF NOT EXISTS audit_record"
                " (subscriber_id bigint PRIMARY KEY, times integer NOT NULL)"
            )
            cursor.execute("DELETE FROM audit_record")
            for rows in self._rows():
                cursor.execute(
                    f"INSERT INTO audit_record {_ROWS[connection.vendor]}",
                    [json.dumps(rows)],
                )
            if connection.vendor == "postgresql":
                # Without statistics the joins with it would be planned for a handful of rows.
                cursor.execute("ANALYZE audit_record")

    def _rows(self) -> Iterator[list[tuple[int, int]]]:
        items = iter(self.times.items())
        while rows := list(islice(items, _CHUNK)):
            yield rows


def _number(name: str) -> int | None:
    return int(name) if name.isascii() and name.isdigit() else None


def _ids_by_key(names: set[str]) -> dict[str, int]:
    """Address as written -> subscriber id, for those that are ours."""
    keys = {name: name.lower() for name in names}
    found = _ids(keys.values())
    for name in names:
        # Reading an address in full is slow, so only for what is not written as we write it.
        if keys[name] not in found:
            try:
                keys[name] = normalise(name)
            except AddressError:
                continue
    found |= _ids(key for key in keys.values() if key not in found)
    return {name: found[key] for name, key in keys.items() if key in found}


def _ids(keys: Iterable[str]) -> dict[str, int]:
    wanted = list(keys)
    if not wanted:
        return {}
    rows = Subscriber.objects.filter(address_key__in=wanted).values_list("address_key", "pk")
    return {key: pk for key, pk in rows if key is not None}
