"""Workers are killed during a wave and between two: nobody is lost, and nobody gets it twice."""

import random
import time
from datetime import timedelta

import pytest

from newsletter.models import Batch
from tests.faults.proxy import Fault
from tests.faults.stage import BETWEEN_WAVES
from tests.servers import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_server]

LEASE_OVER = timedelta(seconds=125)


def _goes_on_until(stage, api, *, mails: int) -> None:
    """With beat, while minutes go by, until so many are out."""

    def there() -> bool:
        stage.beat()
        time.sleep(0.3)
        if len(api.took()) < mails:
            stage.pass_time(timedelta(minutes=2))
        return len(api.took()) >= mails

    wait_for(there, seconds=60, what=f"{mails} mails")


@pytest.mark.parametrize("mails", [1, 90, 160])
def test_killed_during_a_wave(mails, played, crew, broker, api):
    stage = played(api)
    api.proxy.fault = Fault(delay=0.1)
    stage.release_in_waves()

    _goes_on_until(stage, api, mails=mails)
    time.sleep(random.uniform(0, 0.2))
    crew.worker.kill()
    stage.pass_time(LEASE_OVER, leases=True)
    crew.work(broker, **api.settings)
    stage.runs_out()

    states = stage.ends(api.took())
    assert states.get("unknown", 0) <= 2 * 40, "one call for each of two processes"
    assert sum(states.values()) == 200


@pytest.mark.parametrize("waves_missed", [1, 3])
def test_killed_between_two_waves(waves_missed, played, crew, broker, api):
    stage = played(api)
    stage.release_in_waves()
    stage.beat()
    wait_for(lambda: len(api.took()) == 50, seconds=30, what="the first wave")
    wait_for(lambda: stage.count("accepted") == 50, seconds=30, what="its answers")

    crew.worker.kill()
    stage.pass_time(waves_missed * BETWEEN_WAVES, leases=True)
    assert stage.ends(api.took()) == {"accepted": 50, "pending": 150}
    crew.work(broker, **api.settings)
    stage.runs_out()

    assert stage.ends(api.took()) == {"accepted": 200}
    assert not Batch.objects.exclude(state="accepted").exists()
