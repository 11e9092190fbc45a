"""Beat, planner and workers: what `/readyz` says, and nothing where it cannot be known."""

from dataclasses import replace

from config.doctor import processes
from config.watching.readiness import Status
from tests.config.doctor.looking import NOTHING, by_name, known


def test_all_that_runs_is_well():
    assert {check.status for check in processes.look(known())} == {Status.OK}


def test_a_queue_without_a_worker_fails_with_the_command_that_starts_one():
    everybody = known()
    database = replace(everybody.database, seen=everybody.database.seen[1:])

    check = by_name(processes.look(replace(everybody, database=database)))["queue transactional"]

    assert check.status is Status.FAILED
    assert check.remedy.endswith("celery -A config worker -Q transactional")


def test_no_tick_though_its_worker_is_there_means_that_beat_is_missing():
    silent = replace(known().broker, tick=None)

    check = by_name(processes.look(replace(known(), broker=silent)))["tick"]

    assert check.status is Status.FAILED
    assert "celery -A config beat" in check.remedy


def test_without_a_database_nothing_is_looked_at():
    found = list(processes.look(NOTHING))

    assert {check.status for check in found} == {Status.NOT_LOOKED}
    assert {check.detail for check in found} == {"no database"}


def test_without_a_broker_workers_are_known_and_ticks_are_not():
    found = by_name(processes.look(known(broker=False)))

    assert found["tick"].status is found["planner"].status is Status.NOT_LOOKED
    assert found["queue bulk"].status is Status.OK
