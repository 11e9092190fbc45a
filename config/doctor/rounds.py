"""All groups in their order: database and broker first, for others need them; the mail last."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError
from django.db.utils import InterfaceError
from redis.exceptions import RedisError

from config.doctor import broker, database, disk, own_settings, processes, sending, site, trial
from config.doctor.examining import Group, examine
from config.doctor.findings import Known
from config.watching.asking import ask_broker, ask_database
from config.watching.readiness import Check, Status

Facts = TypeVar("Facts")
Found = Iterator[tuple[str, list[Check]]]
# Of one provider, and of the whole site with all that hangs on it.
PROVIDER_SECONDS, SITE_SECONDS = 30.0, 60.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asked for; `to` empty sends nothing."""

    to: str = ""
    wait: float = 0.0


def all_of(wanted: Wanted) -> Found:
    """Title and checks of each group; ends, whatever hangs."""
    first = [
        Group("Settings", own_settings.look),
        Group("Database", database.look, 12.0),
        Group("Broker", broker.look, 12.0),
    ]
    status: dict[str, bool] = {}
    for title, checks in examine(first):
        status[title] = all(
            check.name not in {"connection", "time", "end"} or _well(check) for check in checks
        )
        yield title, checks
    known = Known(
        database=_facts(ask_database) if status["Database"] else None,
        broker=_facts(ask_broker) if status["Broker"] else None,
    )
    yield from examine(_second(known))
    if wanted.to:
        yield from examine([_mail(wanted, known)])


def _second(known: Known) -> list[Group]:
    number = len(settings.EMAIL_PROVIDERS)
    return [
        Group("Processes", lambda: processes.look(known)),
        Group("Disk", disk.look),
        Group("Site", site.look, SITE_SECONDS),
        Group("Providers", lambda: sending.providers(known), PROVIDER_SECONDS * number),
        Group("Senders", lambda: sending.sender_domains(known), SITE_SECONDS),
    ]


def _mail(wanted: Wanted, known: Known) -> Group:
    seconds = trial.SECONDS * len(settings.EMAIL_PROVIDERS) + wanted.wait
    return Group(
        "Mail",
        lambda: trial.look(to=wanted.to, seconds=wanted.wait, is_known=known.has_tables),
        seconds,
    )


def _well(check: Check) -> bool:
    return check.status in {Status.OK, Status.WARNING}


def _facts(ask: Callable[[], Facts]) -> Facts | None:
    try:
        return ask()
    except (DatabaseError, InterfaceError, RedisError, OSError):
        # It went away since it was looked at.
        return None
