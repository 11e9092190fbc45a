"""What the desk says of the service, from facts alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from config.watching.asking import BrokerFacts, DatabaseFacts
from config.watching.readiness import QUEUES
from config.watching.troubles import find
from tests.factories import NOW

ALL_WELL = DatabaseFacts(now=NOW, unmigrated=(), seen=tuple((queue, NOW) for queue in QUEUES))
SIGNS = BrokerFacts(tick=NOW, plan=NOW)


def ago(seconds: int):
    return NOW - timedelta(seconds=seconds)


def serving(*queues: str) -> DatabaseFacts:
    return replace(ALL_WELL, seen=tuple((queue, NOW) for queue in queues))


def why(database: DatabaseFacts | None, broker: BrokerFacts | None) -> list[str]:
    return [one.why for one in find(database=database, broker=broker)]


def test_nothing_is_said_while_all_is_well() -> None:
    assert not find(database=ALL_WELL, broker=SIGNS)


@pytest.mark.parametrize("database", [None, replace(ALL_WELL, unmigrated=("newsletter.0002",))])
def test_without_a_database_nothing_is_known(database: DatabaseFacts | None) -> None:
    assert not find(database=database, broker=None)


def test_without_the_broker_only_that_is_said() -> None:
    (one,) = find(database=serving(), broker=None)
    assert one.meaning.startswith("Mails that are due now wait; none is lost.")
    assert "REDIS_URL" in one.why


def test_the_worker_of_notices_is_missed() -> None:
    (one,) = find(database=serving("bulk", "events", "default"), broker=replace(SIGNS, tick=None))
    assert one.title == "Confirmation mails are not going out."
    assert one.command == "celery -A config worker -n notices@%h -c 2 -Q transactional"


def test_the_worker_of_all_else_is_missed() -> None:
    (one,) = find(database=serving("transactional"), broker=replace(SIGNS, plan=None))
    assert one.title == "Mails are not going out."
    assert one.why == "No worker serves bulk, events and default."
    assert one.command == "celery -A config worker -n bulk@%h -c 4 -Q bulk,events,default"


def test_one_queue_is_named_alone() -> None:
    (one,) = find(database=serving("transactional", "bulk", "default"), broker=SIGNS)
    assert one.title == "Bounces and clicks are not counted."
    assert one.command == "celery -A config worker -n events@%h -c 2 -Q events"


def test_a_queue_with_a_worker_of_its_own_is_not_started_under_the_name_of_another() -> None:
    (one,) = find(database=serving("transactional", "bulk", "events"), broker=SIGNS)
    assert one.command == "celery -A config worker -n default@%h -c 4 -Q default"


def test_beat_is_missed_when_neither_worker_hears_it() -> None:
    (one,) = find(database=ALL_WELL, broker=BrokerFacts(tick=ago(16), plan=ago(17)))
    assert one.command == "celery -A config beat -S config.beat.Scheduler"


def test_beat_is_missed_also_when_only_one_worker_is_left_to_hear_it() -> None:
    found = why(serving("transactional"), BrokerFacts(tick=None, plan=None))
    assert found == [
        "No worker serves bulk, events and default.",
        "Beat is missing: nothing wakes the workers.",
    ]


def test_it_is_the_planner_when_only_that_is_silent() -> None:
    assert not find(database=ALL_WELL, broker=replace(SIGNS, plan=ago(29)))
    (one,) = find(database=ALL_WELL, broker=replace(SIGNS, plan=ago(150)))
    assert one.title == "Mails do not begin."
    assert "did not finish for 2 min" in one.why


def test_it_is_the_worker_of_notices_when_only_its_tick_is_silent() -> None:
    (one,) = find(database=ALL_WELL, broker=replace(SIGNS, tick=ago(31)))
    assert one.title == "Confirmation mails are late."


def test_after_a_start_the_first_signs_are_waited_for_by_nobody() -> None:
    """None yet is what it is like without beat: it goes away with the first."""
    assert why(ALL_WELL, BrokerFacts(tick=None, plan=None)) == [
        "Beat is missing: nothing wakes the workers."
    ]
    assert not why(ALL_WELL, BrokerFacts(tick=NOW, plan=NOW))
