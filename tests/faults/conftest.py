"""One worker for all schedules of a file; it is started anew only after a schedule killed it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsletter.models import Slot
from subscribers.clock import database_now
from subscribers.witness import testimony
from tests.faults import provider
from tests.faults.stage import Stage
from tests.servers import Broker, Worker


class Crew:
    """The worker, and the settings that it was started with."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.worker: Worker | None = None

    def work(self, broker: Broker, **env: str) -> Worker:
        """Have it running; what earlier schedules witnessed is forgotten, as their rows are."""
        (self.directory / testimony.FILE).unlink(missing_ok=True)
        if self.worker is None:
            self.worker = Worker(broker=broker, log=self.directory / "worker.log")
        if not self.worker.is_running:
            self.worker.start(VAR_DIR=str(self.directory), **env)
        return self.worker

    def is_idle(self) -> bool:
        return self.worker is None or self.worker.is_idle()

    def go(self) -> None:
        if self.worker is not None:
            self.worker.kill()


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    one = Crew(tmp_path_factory.mktemp("crew"))
    yield one
    one.go()


@pytest.fixture(scope="module")
def api() -> Iterator[provider.SendGrid]:
    with provider.sendgrid() as one:
        yield one


@pytest.fixture(scope="module")
def relay() -> Iterator[provider.Relay]:
    with provider.relay() as one:
        yield one


@pytest.fixture
def played(broker: Broker, crew: Crew, transactional_db: None, settings) -> Iterator[Callable]:
    """`played(provider)`: a stage, with a worker that mails through this provider."""

    def begin(through: "provider.SendGrid | provider.Relay", **env: str) -> Stage:
        through.reset()
        settings.EMAIL_PROVIDERS = [through.settings["EMAIL_PROVIDERS"]]
        worker = crew.work(broker, **through.settings, **env)
        return Stage(log=lambda: worker.log)

    yield begin
    _until_it_rests(broker, crew)


def _until_it_rests(broker: Broker, crew: Crew) -> None:
    """Nothing of this schedule may still run, and write, when the tables have been emptied."""
    end = time.monotonic() + 8
    broker.clear()
    while not (_no_slot_is_held() and crew.is_idle()) and time.monotonic() < end:
        broker.clear()
        time.sleep(0.1)


def _no_slot_is_held() -> bool:
    return not Slot.objects.filter(lease_until__gt=database_now()).exists()
