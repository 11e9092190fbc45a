"""Workers are killed at random moments and asked to stop; two beats fire at once.

Leases last 90 s. While no worker is alive the rows are made older by so much, and a new worker and
beat find what they would have found then; see `stage`.
"""

import random
import time
from datetime import timedelta

import pytest

from newsletter import wake
from newsletter.models import Batch
from tests.faults import provider
from tests.faults.proxy import Fault
from tests.servers import Worker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_server]

LEASE_OVER = timedelta(seconds=125)
# Letters of two windows, as the design allows each process that is killed.
TWO_WINDOWS = 100


def _kill_at_random(crew, stage, through, *, moment: float) -> None:
    """kill -9 of the worker with its whole pool once about this share of the mails is out."""
    stage.beat()
    enough = int(moment * 200)
    wait_for(lambda: len(through.took()) >= enough, seconds=30, what="some of the mails")
    time.sleep(random.uniform(0, 0.2))
    crew.worker.kill()
    stage.pass_time(LEASE_OVER, leases=True)
    stage.beat()


@pytest.mark.parametrize("moment", [0.0, 0.3, 0.7])
def test_killed_between_calls_of_an_api(moment, played, crew, broker, api):
    stage = played(api)
    api.proxy.fault = Fault(delay=0.1)
    stage.release()

    _kill_at_random(crew, stage, api, moment=moment)
    crew.work(broker, **api.settings)
    stage.runs_out()

    states = stage.ends(api.took())
    assert states.get("unknown", 0) <= 2 * 40, "one call for each of two processes"
    assert sum(states.values()) == 200


@pytest.mark.parametrize("moment", [0.1, 0.6])
def test_killed_between_letters_to_a_relay(moment, played, crew, broker, relay):
    crew.go()
    stage = played(relay)
    relay.relay.delay = 0.004
    stage.release(call=100)

    _kill_at_random(crew, stage, relay, moment=moment)
    crew.work(broker, **relay.settings)
    stage.runs_out()

    states = stage.ends(relay.took())
    assert states.get("unknown", 0) <= 2 * TWO_WINDOWS
    assert sum(states.values()) == 200
    crew.go()


def test_asked_to_stop_it_finishes_what_it_has_begun(played, crew, broker, api):
    """The calls that are out are answered after 3 s; nothing is unknown, nothing new begins."""
    stage = played(api)
    api.always = lambda _ids: _after(3)
    stage.release()
    stage.beat()
    wait_for(lambda: stage.count("submitting") >= 40, seconds=20, what="a call")

    began = time.monotonic()
    crew.worker.terminate()
    assert crew.worker.ends_within(30)

    handed_over = len(api.took())
    assert 0 < handed_over <= 80, f"after {time.monotonic() - began:.0f} s"
    assert stage.ends(api.took()) == {"accepted": handed_over, "pending": 200 - handed_over}
    api.always = lambda _ids: provider.taken
    crew.work(broker, **api.settings)
    stage.runs_out()
    assert stage.ends(api.took()) == {"accepted": 200}


def _after(seconds: float):
    def step(call):
        time.sleep(seconds)
        return provider.taken(call)

    return step


def test_two_beats_at_once(played, broker, crew, api, tmp_path, request):
    """Real ones, both firing the same ticks."""
    stage = played(api)
    api.script += [provider.says(429), provider.hangs_up(took=True)]
    beats = [Worker(broker=broker, log=tmp_path / f"beat{number}.log") for number in range(2)]
    for number, beat in enumerate(beats):
        request.addfinalizer(beat.kill)
        beat.start_beat(schedule=tmp_path / f"schedule{number}", VAR_DIR=str(crew.directory))
    stage.release()
    wake.send(wake.DRAIN)

    stage.runs_out()

    assert stage.ends(api.took()) == {"accepted": 160, "unknown": 40}
    assert not Batch.objects.filter(state__in=["pending", "claimed", "submitting"]).exists()
