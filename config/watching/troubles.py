"""What stands in the way of all mails, in sentences for the people at the desk.

Readiness is for programs and names each part. This is for people: what it means for readers, and
for whoever runs the service what to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.up.commands import NOTICES, OTHERS
from config.watching.asking import BrokerFacts, DatabaseFacts
from config.watching.readiness import PLAN_LATE, TICK_MOST
from subscribers import heartbeats
from subscribers.naming import listed

WAIT = "Mails that are due now wait; none is lost."
STOPPED = "Mails are not going out."


@dataclass(frozen=True, slots=True)
class Trouble:
    """A headline, what it means for readers, and for operators why and which command helps."""

    title: str
    meaning: str
    why: str
    command: str = ""


BROKER = Trouble(
    STOPPED,
    f"{WAIT} Sign-ups are kept, and their mails go out later.",
    "Redis does not answer. Start the server that REDIS_URL names.",
)
BEAT = Trouble(
    "Nothing begins by itself.",
    f"{WAIT} Confirmation mails wait too.",
    "Beat is missing: nothing wakes the workers.",
    "celery -A config beat -S config.beat.Scheduler",
)
PLANNER = Trouble(
    "Mails do not begin.",
    f"{WAIT} Those that are on their way go on.",
    "The planner did not finish for {silence}. Its worker's log says why: look for "
    "newsletter.plan_digests.",
)
NOTICE_TICK = Trouble(
    "Confirmation mails are late.",
    "Who signs up now waits for the mail; none is lost.",
    "The worker of transactional is there and does not work on ticks. Start it again.",
)
_NO_NOTICES = Trouble(
    "Confirmation mails are not going out.",
    "Who signs up now waits for the mail; none is lost.",
    "No worker serves {queues}.",
    "celery -A config worker -n notices@%h -c 2 -Q {list}",
)
_NO_OTHERS = Trouble(
    STOPPED,
    f"{WAIT} One that gets too late is held for a person to decide.",
    "No worker serves {queues}.",
    "celery -A config worker -n {first}@%h -c 4 -Q {list}",
)
_NO_EVENTS = Trouble(
    "Bounces and clicks are not counted.",
    "They are kept and counted later. Mails go out.",
    "No worker serves {queues}.",
    "celery -A config worker -n {first}@%h -c 2 -Q {list}",
)


def find(*, database: DatabaseFacts | None, broker: BrokerFacts | None) -> tuple[Trouble, ...]:
    """What the facts mean; nothing where the database is away: then no page says anything."""
    if database is None or database.unmigrated:
        return ()
    if broker is None:
        return (BROKER,)
    alive = heartbeats.alive(seen=database.seen, now=database.now)
    missing = [queue for queue in f"{NOTICES},{OTHERS}".split(",") if not alive[queue]]
    return (*_without_worker(missing), *_without_tick(missing, database, broker))


def _without_worker(missing: list[str]) -> Iterator[Trouble]:
    others = [queue for queue in missing if queue != NOTICES]
    if NOTICES in missing:
        yield _filled(_NO_NOTICES, [NOTICES])
    if others == ["events"]:
        yield _filled(_NO_EVENTS, others)
    elif others:
        yield _filled(_NO_OTHERS, others)


def _without_tick(
    missing: list[str], database: DatabaseFacts, broker: BrokerFacts
) -> Iterator[Trouble]:
    """Only of workers that are there: of the others it is said already.

    Where both of them hear nothing, or the one that is left, it is beat that is missing.
    """
    tick = None if NOTICES in missing else _age(broker.tick, database)
    plan = None if "default" in missing else _age(broker.plan, database)
    known = [age for age in (tick, plan) if age is not None]
    if known and min(known) > TICK_MOST:
        yield BEAT
    elif plan is not None and plan > PLAN_LATE:
        yield _filled(PLANNER, [], silence=_in_words(plan))
    elif tick is not None and tick > PLAN_LATE:
        yield NOTICE_TICK


def _age(sign: datetime | None, database: DatabaseFacts) -> timedelta:
    # As long as a sign is kept, where there is none.
    return timedelta(days=1) if sign is None else database.now - sign


def _in_words(silence: timedelta) -> str:
    seconds = int(silence.total_seconds())
    return f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"


def _filled(trouble: Trouble, queues: list[str], *, silence: str = "") -> Trouble:
    words = {"queues": listed(queues), "list": ",".join(queues), "silence": silence}
    # Named for its queue: where each has a worker of its own, the others' names are taken.
    words["first"] = next(iter(queues), "")
    return Trouble(
        trouble.title,
        trouble.meaning,
        trouble.why.format(**words),
        trouble.command.format(**words),
    )
