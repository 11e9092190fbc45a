"""What is said of each part, from facts alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from config.watching.asking import BrokerFacts, DatabaseFacts
from config.watching.readiness import QUEUES, Status, judge
from tests.factories import NOW

ALL_WELL = DatabaseFacts(now=NOW, unmigrated=(), seen=tuple((queue, NOW) for queue in QUEUES))
TICKED = BrokerFacts(tick=NOW, plan=NOW)


def failed(database: DatabaseFacts | None, broker: BrokerFacts | None) -> set[str]:
    return {check.name for check in judge(database, broker) if check.status is Status.FAILED}


def test_all_is_well_when_everything_is_there():
    assert all(check.status is Status.OK for check in judge(ALL_WELL, TICKED))
    assert [check.name for check in judge(ALL_WELL, TICKED)] == [
        *("database", "broker", "tick", "planner"),
        *("queue transactional", "queue bulk", "queue events", "queue default"),
        "sending",
    ]


def test_without_the_broker_the_workers_are_still_known():
    assert failed(ALL_WELL, None) == {"broker", "tick", "planner"}


def test_without_the_database_only_the_broker_is_known():
    names = {check.name for check in judge(ALL_WELL, TICKED)}
    assert failed(None, TICKED) == names - {"broker"}


def test_a_missing_migration_is_named():
    (check,) = [
        one
        for one in judge(replace(ALL_WELL, unmigrated=("newsletter.0002",)), TICKED)
        if one.name == "database"
    ]
    assert check.status is Status.FAILED
    assert check.detail == "lacks 1 migration, first newsletter.0002"
    assert check.remedy == "Run manage.py migrate."


@pytest.mark.parametrize(
    ("age", "fails"), [(None, True), (0, False), (14, False), (16, True), (-3, False)]
)
def test_an_old_tick_fails(age: int | None, fails: bool):
    tick = None if age is None else NOW - timedelta(seconds=age)
    assert ("tick" in failed(ALL_WELL, BrokerFacts(tick=tick))) is fails


@pytest.mark.parametrize(
    ("age", "status"),
    [
        *((0, Status.OK), (-3, Status.OK), (30, Status.OK)),
        *((31, Status.WARNING), (120, Status.WARNING), (121, Status.FAILED), (None, Status.FAILED)),
    ],
)
def test_a_planner_that_is_long_silent_is_a_warning_and_then_a_failure(age, status):
    plan = None if age is None else NOW - timedelta(seconds=age)
    (check,) = [
        one for one in judge(ALL_WELL, BrokerFacts(tick=NOW, plan=plan)) if one.name == "planner"
    ]
    assert check.status is status
    assert ("No mail begins meanwhile." in check.remedy) is (status is not Status.OK)


def test_it_says_for_how_long_a_queue_has_been_silent():
    seen = (*ALL_WELL.seen[1:], (QUEUES[0], NOW - timedelta(seconds=312)))
    details = {one.name: one.detail for one in judge(replace(ALL_WELL, seen=seen), TICKED)}
    assert details[f"queue {QUEUES[0]}"] == "no worker for 312 s"


@pytest.mark.parametrize("queue", QUEUES)
def test_the_queue_without_a_worker_is_named(queue: str):
    seen = tuple((one, NOW) for one in QUEUES if one != queue)
    silent = (*seen, (queue, NOW - timedelta(seconds=15)))
    assert failed(replace(ALL_WELL, seen=seen), TICKED) == {f"queue {queue}"}
    assert failed(replace(ALL_WELL, seen=silent), TICKED) == {f"queue {queue}"}
    alive = (*silent, (queue, NOW - timedelta(seconds=14)))
    assert failed(replace(ALL_WELL, seen=alive), TICKED) == set()


def test_a_locked_database_is_a_warning_that_says_why():
    checks = judge(replace(ALL_WELL, locked="It was restored."), TICKED)
    assert failed(replace(ALL_WELL, locked="It was restored."), TICKED) == set()
    assert checks[-1].status is Status.WARNING
    assert checks[-1].detail == "locked: It was restored."
    assert "release_sending" in checks[-1].remedy


def test_what_fails_says_what_to_do():
    for facts in ((None, None), (replace(ALL_WELL, seen=()), BrokerFacts(tick=None))):
        assert all(check.remedy for check in judge(*facts) if check.status is Status.FAILED)
