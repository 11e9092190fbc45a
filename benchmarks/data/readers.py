"""Readers by the million, in a few statements.

A first row is written through the models, so that it is whole whatever columns a table has; the
others are copies of it in which only what must differ is computed by the database.
"""

from django.db import connection, models, transaction

from subscribers.clock import database_now
from subscribers.models import Newsletter, Subscriber, Subscription, Suppression

DOMAIN = "readers.example"
# Of a hundred readers beside those who get the mail, so that the audience must be looked for.
_ENDED_IN_100 = 3
_SUPPRESSED_IN_100 = 1
# So many-th readers get the newsletter that is promoted, so its offer is left out for them.
_PROMOTED_EVERY = 3


def add(*, newsletter: Newsletter, first: int, how_many: int) -> None:
    """Readers `first`, `first` + 1, ... who get the newsletter; their ids are their numbers.

    A third of them get the one that it promotes too. Behind them 4 in 100 more: some who left it,
    some whose address is suppressed.
    """
    ended = how_many * _ENDED_IN_100 // 100
    suppressed = how_many * _SUPPRESSED_IN_100 // 100
    with transaction.atomic():
        _subscribers(first, how_many + ended + suppressed)
        _subscriptions(newsletter, first, how_many, Subscription.State.ACTIVE)
        if newsletter.promotes is not None:
            gets = Subscription.State.ACTIVE
            _subscriptions(newsletter.promotes, first, how_many, gets, every=_PROMOTED_EVERY)
        _subscriptions(newsletter, first + how_many, ended, Subscription.State.ENDED)
        low = first + how_many + ended
        _subscriptions(newsletter, low, suppressed, Subscription.State.ACTIVE)
        _suppressions(low, suppressed)
        _move_sequences()


def room(how_many: int) -> int:
    """How many numbers `add` takes for so many readers."""
    return how_many + how_many * _ENDED_IN_100 // 100 + how_many * _SUPPRESSED_IN_100 // 100


def tidy() -> None:
    """What autovacuum would do by itself after such a load, so that it does not while measuring."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _subscribers(first: int, how_many: int) -> None:
    address = f"'r' || n || '@{DOMAIN}'"
    row = Subscriber(
        pk=first,
        address=f"r{first}@{DOMAIN}",
        address_key=f"r{first}@{DOMAIN}",
        address_hash=_hash_of(first),
        domain=DOMAIN,
        name="",
        created_at=database_now(),
    )
    row.save(force_insert=True)
    changed = {
        "id": "n",
        "address": address,
        "address_key": address,
        "address_hash": _hash("n"),
        # Half have a name, some of them not in ASCII.
        "name": "CASE WHEN n % 2 = 0 THEN '' WHEN n % 5 = 0 THEN 'Zoë Ångström' ELSE 'Robin' END",
    }
    _copy(Subscriber, first, changed, first + 1, first + how_many)


def _subscriptions(
    newsletter: Newsletter,
    first: int,
    how_many: int,
    state: Subscription.State,
    *,
    every: int = 1,
) -> None:
    if not how_many:
        return
    now = database_now()
    row = Subscription.objects.create(
        newsletter=newsletter,
        subscriber_id=first,
        state=state,
        page="the front page",
        created_at=now,
        confirmed_at=now,
        ended_at=now if state == Subscription.State.ENDED else None,
    )
    # Consecutive ids, from the row's own on, for every so many-th reader.
    changed = {"id": f"{row.pk} + n", "subscriber_id": f"{first} + n * {every}"}
    _copy(Subscription, row.pk, changed, 1, (how_many + every - 1) // every)
    _move_sequences()


def _suppressions(first: int, how_many: int) -> None:
    if not how_many:
        return
    row = Suppression.objects.create(
        address_hash=_hash_of(first),
        reason=Suppression.Reason.HARD_BOUNCE,
        created_at=database_now(),
    )
    changed = {"id": f"{row.pk} + n - {first}", "address_hash": _hash("n")}
    _copy(Suppression, row.pk, changed, first + 1, first + how_many)


def _copy(
    model: type[models.Model], source: int, changed: dict[str, str], low: int, end: int
) -> None:
    """Copy the row `source` once for each n in [low, end), with `changed` columns computed."""
    columns = [field.column for field in model._meta.concrete_fields]
    values = [changed.get(column, f"source.{column}") for column in columns]
    if connection.vendor == "postgresql":
        numbers = f"(SELECT generate_series({low}, {end - 1}) AS n) numbers"
    else:
        numbers = (
            f"(WITH RECURSIVE counted(n) AS (SELECT {low} UNION ALL SELECT n + 1 FROM counted"
            f" WHERE n + 1 < {end}) SELECT n FROM counted) numbers"
        )
    if low >= end:
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"
            f" FROM {table} source, {numbers} WHERE source.id = {source} ORDER BY n"
        )


def _hash(number: str) -> str:
    """32 characters that differ from reader to reader, as a keyed hash would."""
    if connection.vendor == "postgresql":
        return f"md5({number}::text)"
    # Spread by a prime, so that the index is filled in no order.
    return f"printf('%08x%024x', {number} * 2654435761 % 4294967296, {number})"


def _hash_of(number: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_hash(str(number))}")
        return str(cursor.fetchone()[0])


def _move_sequences() -> None:
    """Ids were given by hand; the database must go on behind them."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in (Subscriber, Subscription, Suppression):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
