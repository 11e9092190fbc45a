"""The broker is emptied, and the line to it breaks: a message is only a wake-up.

The worker reaches its broker through a proxy; this process, which plays beat, does not.
"""

import time

import pytest

from tests.faults.proxy import Fault, proxied
from tests.servers import Broker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_server]


@pytest.fixture(scope="module")
def line(_broker_process: Broker):
    with proxied(_broker_process.url) as one:
        yield one


@pytest.fixture
def stage(played, line, api):
    line.well()
    return played(api, REDIS_URL=f"redis://127.0.0.1:{line.port}")


def test_emptying_it_in_mid_send_and_at_rest(stage, broker, api):
    api.proxy.fault = Fault(delay=0.2)
    stage.release()
    stage.beat()
    wait_for(lambda: len(api.took()) >= 40, seconds=20, what="a call")
    broker.clear()
    stage.runs_out()

    api.proxy.well()
    broker.clear()
    stage.release()
    # Nothing but beat's next tick tells the worker.
    stage.runs_out()

    assert stage.ends(api.took()) == {"accepted": 400}


def _cut(line) -> None:
    line.cut()


def _reset(line) -> None:
    line.cut(rudely=True)


def _refused(line) -> None:
    line.refuse()
    time.sleep(2)
    line.open()


def _slow(line) -> None:
    line.fault = Fault(delay=0.1)


def _hangs_and_is_cut(line) -> None:
    line.fault = Fault(swallow=True)
    time.sleep(3)
    line.well()
    line.cut()


@pytest.mark.parametrize("breaks", [_cut, _reset, _refused, _slow, _hangs_and_is_cut])
def test_the_line_breaks_in_mid_send(breaks, line, stage, api):
    api.proxy.fault = Fault(delay=0.15)
    stage.release()
    stage.beat()
    wait_for(lambda: len(api.took()) >= 40, seconds=20, what="a call")

    breaks(line)
    stage.runs_out()

    assert stage.ends(api.took()) == {"accepted": 200}
