"""A relay does everything that it can do wrong, and so does the way to it.

200 readers in batches of 100, over two connections of each of two processes. See `stage` for how
time passes.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from newsletter.delivery import control
from newsletter.models import Batch
from subscribers.clock import database_now
from subscribers.models import Suppression
from tests.factories import make_staff
from tests.faults.provider import Relay
from tests.faults.proxy import Fault
from tests.relay import Cut
from tests.servers import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_server]

# Letters that may be on their way over one connection when it breaks.
PIPELINED = 2


@dataclass(frozen=True)
class Schedule:
    """What goes wrong; how many may be unknown and must have failed when all has run out."""

    name: str
    fault: Callable[[Relay], None]
    unknown: int = 0
    failed: int = 0


def _says(verb: str, number: int, said: "str | Cut", *, times: int = 1) -> Callable[[Relay], None]:
    return lambda relay: relay.at(verb, number, said, times=times)


def _way(**fault) -> Callable[[Relay], None]:
    return lambda relay: setattr(relay.proxy, "fault", Fault(**fault))


def _slow(relay: Relay) -> None:
    relay.relay.delay = 0.005


SCHEDULES = [
    Schedule("all_is_well", lambda _relay: None),
    Schedule("answers_are_slow", _slow),
    Schedule("421_at_the_door", _says("CONNECT", 1, "421 4.3.2 too busy", times=3)),
    Schedule("451_to_mail", _says("MAIL", 30, "451 4.3.0 later")),
    Schedule("450_to_rcpt", _says("RCPT", 5, "450 4.2.1 later", times=3)),
    Schedule("550_5_1_1_to_rcpt", _says("RCPT", 5, "550 5.1.1 nobody", times=2), failed=2),
    Schedule("552_to_rcpt", _says("RCPT", 8, "552 5.2.2 full"), failed=1),
    Schedule("451_after_the_text", _says("TEXT", 9, "451 4.7.1 later")),
    Schedule("554_after_the_text", _says("TEXT", 9, "554 5.6.0 no"), failed=1),
    Schedule("421_after_the_text", _says("TEXT", 20, "421 4.3.2 closing")),
    Schedule("cut_at_the_door", _says("CONNECT", 1, Cut())),
    Schedule("cut_at_ehlo", _says("EHLO", 1, Cut())),
    Schedule("cut_at_mail", _says("MAIL", 40, Cut())),
    Schedule("cut_at_rcpt", _says("RCPT", 40, Cut(rudely=True))),
    Schedule("cut_in_the_text", _says("HEAD", 40, Cut()), unknown=PIPELINED),
    Schedule("cut_after_the_text", _says("TEXT", 40, Cut()), unknown=PIPELINED),
    Schedule("reset_after_the_text", _says("TEXT", 40, Cut(rudely=True)), unknown=PIPELINED),
    Schedule("half_an_answer", _says("TEXT", 40, Cut(after=b"25")), unknown=PIPELINED),
    Schedule("cut_going_up", _way(cut_up=20_000, times=1), unknown=PIPELINED),
    Schedule("reset_going_up", _way(cut_up=20_000, rudely=True, times=1), unknown=PIPELINED),
    Schedule("cut_coming_down", _way(cut_down=1_500, times=1), unknown=PIPELINED),
    Schedule("a_slow_line", _way(delay=0.02)),
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda one: one.name)
def test_nobody_is_lost_or_mailed_twice(schedule, played, relay):
    stage = played(relay)
    schedule.fault(relay)

    stage.release(call=100)
    stage.beat()
    stage.runs_out()

    states = stage.ends(relay.took())
    unknown = states.pop("unknown", 0)
    assert unknown <= schedule.unknown
    assert states.pop("failed", 0) == schedule.failed
    assert states == {"accepted": 200 - unknown - schedule.failed}


def test_who_does_not_exist_is_suppressed_and_nobody_else(played, relay):
    stage = played(relay)
    relay.at("RCPT", 3, "550 5.1.1 nobody")
    stage.release(call=100)
    stage.beat()
    stage.runs_out()

    assert stage.ends(relay.took()) == {"accepted": 199, "failed": 1}
    assert Suppression.objects.count() == 1


def test_a_sender_who_is_refused_waits_for_a_person(played, relay):
    stage = played(relay)
    relay.at("MAIL", 1, "554 5.7.1 not you", times=1_000)
    digest = stage.release(call=100)
    stage.beat()
    stage.runs_out(until="paused")
    assert not relay.took()

    relay.relay.script = lambda _heard: None
    # The other call may still be on its way to be refused, which would stop it once more.
    in_hand = Batch.objects.filter(state__in=["claimed", "submitting"])
    wait_for(lambda: not in_hand.exists(), seconds=30, what="the other call")
    control.resume(digest_id=digest.pk, by=make_staff(), now=database_now())
    stage.runs_out()

    assert stage.ends(relay.took()) == {"accepted": 200}


def test_every_connection_is_cut_again_and_again(played, relay):
    stage = played(relay)
    relay.relay.delay = 0.002
    stage.release(call=100)

    def cut() -> None:
        for turn in range(4):
            time.sleep(0.7)
            relay.proxy.cut(rudely=bool(turn % 2))

    cutting = threading.Thread(target=cut)
    cutting.start()
    stage.beat()
    cutting.join()
    # Three calls in a row that were cut pause it, and somebody looks.
    for digest in stage.digests:
        control.resume(digest_id=digest.pk, by=make_staff(), now=database_now())
    stage.runs_out(until="sent")

    states = stage.ends(relay.took())
    assert states.get("unknown", 0) <= 4 * 4 * PIPELINED
    assert sum(states.values()) == 200


def test_the_relay_is_away_for_a_while(played, relay):
    stage = played(relay)
    relay.relay.delay = 0.004
    stage.release(call=100)
    stage.beat()
    wait_for(lambda: len(relay.took()) > 30, seconds=30, what="some of the mails")
    relay.proxy.refuse()
    time.sleep(1)

    relay.proxy.open()
    stage.runs_out()

    states = stage.ends(relay.took())
    assert states.get("unknown", 0) <= 4 * PIPELINED
    assert sum(states.values()) == 200
