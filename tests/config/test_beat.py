"""Beat ticks on when somebody sets the machine's clock."""

from datetime import timedelta

import pytest
import time_machine
from celery import Celery

from config import beat
from tests.factories import NOW


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(
        beat.Scheduler, "apply_entry", lambda _, entry, **__: names.append(entry.name)
    )
    return names


@pytest.fixture
def machine(monkeypatch):
    """Wall clock and monotonic clock in our hands."""
    with time_machine.travel(NOW, tick=False) as wall:
        monotonic = 1_000.0

        class Machine:
            def passes(self, seconds: float) -> None:
                nonlocal monotonic
                monotonic += seconds
                wall.shift(seconds)

            def is_set(self, by: timedelta) -> None:
                wall.shift(by)

        monkeypatch.setattr(beat.time, "monotonic", lambda: monotonic)
        yield Machine()


@pytest.fixture
def scheduler(machine, sent) -> beat.Scheduler:
    app = Celery("test", broker="memory://", set_as_current=False)
    app.conf.timezone = "UTC"
    app.conf.beat_schedule = {
        "often": {"task": "often", "schedule": 1.0},
        "seldom": {"task": "seldom", "schedule": 30.0},
    }
    return beat.Scheduler(app=app, lazy=False)


def _run(scheduler, machine, *, seconds: int) -> None:
    for _ in range(seconds):
        machine.passes(1)
        while scheduler.tick() == 0:
            pass


def test_it_ticks(scheduler, machine, sent):
    _run(scheduler, machine, seconds=60)

    assert 58 <= sent.count("often") <= 61
    assert sent.count("seldom") in {1, 2}


@pytest.mark.parametrize("hours", [-72, -1, 1, 72])
def test_it_ticks_on_after_the_clock_was_set(scheduler, machine, sent, hours):
    _run(scheduler, machine, seconds=40)
    sent.clear()

    machine.is_set(timedelta(hours=hours))
    _run(scheduler, machine, seconds=60)

    assert 57 <= sent.count("often") <= 61
    assert sent.count("seldom") in {1, 2}
