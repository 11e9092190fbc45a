"""Whether all that the service needs is there: one check a line, each with what to do."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from config.up.commands import NOTICES, OTHERS
from config.watching.asking import BrokerFacts, DatabaseFacts, ask
from subscribers import heartbeats

# Ticks are fired every second, and one is worked on within moments.
TICK_MOST = timedelta(seconds=15)
# The planner is woken every 5 s; a round of many newsletters takes a while.
PLAN_LATE, PLAN_MOST = timedelta(seconds=30), timedelta(minutes=2)
QUEUES = f"{NOTICES},{OTHERS}".split(",")


class Status(StrEnum):
    """A warning leaves the service ready: pages answer, and a person must act."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    # What it needs is away; only `doctor` says so.
    NOT_LOOKED = "not looked at"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it is, and what an operator should do about it."""

    name: str
    status: Status
    detail: str
    remedy: str = ""


def checks() -> list[Check]:
    """Everything that is looked at, within about a second."""
    return judge(*ask())


def judge(database: DatabaseFacts | None, broker: BrokerFacts | None) -> list[Check]:
    """What the facts mean; None is a server that did not answer in time."""
    found = [_database(database), _broker(broker)]
    found += [_tick(database, broker), _planner(database, broker)]
    found += [_queue(queue, database) for queue in QUEUES]
    return [*found, _sending(database)]


def _database(facts: DatabaseFacts | None) -> Check:
    if facts is None:
        return Check(
            "database",
            Status.FAILED,
            "does not answer",
            "Look whether the server of DATABASE_URL runs and takes connections.",
        )
    if facts.unmigrated:
        number = len(facts.unmigrated)
        return Check(
            "database",
            Status.FAILED,
            f"lacks {number} migration{'s' if number > 1 else ''}, first {facts.unmigrated[0]}",
            "Run manage.py migrate.",
        )
    return Check("database", Status.OK, "answers, with all migrations")


def _broker(facts: BrokerFacts | None) -> Check:
    if facts is None:
        return Check(
            "broker",
            Status.FAILED,
            "does not answer",
            "Look whether the server of REDIS_URL runs. Mail waits meanwhile, none is lost.",
        )
    return Check("broker", Status.OK, "answers")


def _tick(database: DatabaseFacts | None, broker: BrokerFacts | None) -> Check:
    if database is None or broker is None:
        return _not_known("tick", database)
    remedy = "Look whether beat and the worker of the queue transactional run."
    if broker.tick is None:
        return Check("tick", Status.FAILED, "none in the last minute", remedy)
    age = max(database.now - broker.tick, timedelta(0))
    if age > TICK_MOST:
        return Check("tick", Status.FAILED, f"the last one is {age.seconds} s old", remedy)
    return Check("tick", Status.OK, f"the last one is {age.total_seconds():.1f} s old")


def _planner(database: DatabaseFacts | None, broker: BrokerFacts | None) -> Check:
    if database is None or broker is None:
        return _not_known("planner", database)
    remedy = (
        "No mail begins meanwhile. Look whether beat and the worker of the queue default run, and "
        "for newsletter.plan_digests in that worker's log."
    )
    if broker.plan is None:
        return Check("planner", Status.FAILED, "has not finished in the last day", remedy)
    age = max(database.now - broker.plan, timedelta(0))
    if age > PLAN_LATE:
        status = Status.FAILED if age > PLAN_MOST else Status.WARNING
        return Check("planner", status, f"finished {age.total_seconds():.0f} s ago", remedy)
    return Check("planner", Status.OK, f"finished {age.total_seconds():.1f} s ago")


def _not_known(name: str, database: DatabaseFacts | None) -> Check:
    away = "the database" if database is None else "the broker"
    return Check(name, Status.FAILED, f"not known while {away} is away", "See above.")


def _queue(queue: str, facts: DatabaseFacts | None) -> Check:
    name = f"queue {queue}"
    if facts is None:
        return _not_known(name, facts)
    workers = heartbeats.alive(seen=facts.seen, now=facts.now)[queue]
    if not workers:
        return Check(
            name,
            Status.FAILED,
            _silence(queue, facts),
            f"Start one: celery -A config worker -Q {queue}",
        )
    return Check(name, Status.OK, f"{workers} worker{'s' if workers > 1 else ''}")


def _silence(queue: str, facts: DatabaseFacts) -> str:
    heard = heartbeats.silences(seen=facts.seen, now=facts.now).get(queue)
    most = heartbeats.SILENT.seconds if heard is None else int(heard.total_seconds())
    return f"no worker for {most} s"


def _sending(facts: DatabaseFacts | None) -> Check:
    if facts is None:
        return _not_known("sending", facts)
    if facts.locked is not None:
        return Check(
            "sending",
            Status.WARNING,
            f"locked: {facts.locked or 'no reason was given'}",
            "No mail goes out. Look at what this database is, then run manage.py release_sending.",
        )
    return Check("sending", Status.OK, "not locked")
