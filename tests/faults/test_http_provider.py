"""A provider's API does everything that it can do wrong, and so does the way to it.

200 readers in calls of 40, a real worker, a real broker. See `stage` for how time passes.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection

from newsletter import wake
from newsletter.delivery import cancelling, control, recovery
from newsletter.models import Batch, Digest
from subscribers.clock import database_now
from tests.factories import make_staff
from tests.faults.provider import SendGrid, hangs_up, names, says, taken
from tests.faults.proxy import Fault
from tests.servers import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_server]

ALL = {"accepted": 200}
ONE_CALL_UNKNOWN = {"accepted": 160, "unknown": 40}


@dataclass(frozen=True)
class Schedule:
    """What goes wrong, and where everybody is when all has run out."""

    name: str
    fault: Callable[[SendGrid], None]
    ends: dict[str, int]


def _script(*steps) -> Callable[[SendGrid], None]:
    return lambda api: api.script.extend(steps)


def _way(**fault) -> Callable[[SendGrid], None]:
    return lambda api: setattr(api.proxy, "fault", Fault(**fault))


def _first_call_never(api: SendGrid) -> None:
    """Whoever is in the first call is refused by a 503, every time."""
    refused: set[int] = set()

    def decide(ids: list[int]):
        if not refused:
            refused.update(ids)
        return says(503) if refused & set(ids) else taken

    api.always = decide


def _one_reader_is_wrong(api: SendGrid) -> None:
    wrong: list[int] = []

    def decide(ids: list[int]):
        if not wrong:
            wrong.append(ids[7])
        return says(400, '{"errors": [{"message": "no"}]}') if wrong[0] in ids else taken

    api.always = decide


SCHEDULES = [
    Schedule("all_is_well", _script(), ALL),
    Schedule("answers_are_slow", _way(delay=0.2), ALL),
    Schedule("answers_drip", _way(drip=1, delay=0.005), ALL),
    Schedule("429_thrice", _script(says(429), says(429), says(429)), ALL),
    Schedule("503_not_accepted_twice", _script(says(503), says(503)), ALL),
    Schedule("503_for_one_call_always", _first_call_never, {"accepted": 160, "failed": 40}),
    Schedule("500_took_nothing", _script(says(500)), ONE_CALL_UNKNOWN),
    Schedule("502_took_it", _script(says(502, took=True)), ONE_CALL_UNKNOWN),
    Schedule("504_later", _script(taken, taken, says(504, took=True)), ONE_CALL_UNKNOWN),
    Schedule("hangs_up_took_it", _script(hangs_up(took=True)), ONE_CALL_UNKNOWN),
    Schedule("hangs_up_took_nothing", _script(hangs_up(took=False)), ONE_CALL_UNKNOWN),
    Schedule("half_an_answer", _way(cut_down=20, times=1), ONE_CALL_UNKNOWN),
    Schedule("reset_in_the_answer", _way(cut_down=20, rudely=True, times=1), ONE_CALL_UNKNOWN),
    Schedule("reset_before_the_answer", _way(cut_down=0, rudely=True, times=1), ONE_CALL_UNKNOWN),
    Schedule("no_answer_at_all", _way(swallow=True, times=1), ONE_CALL_UNKNOWN),
    Schedule("400_names_two", _script(names(0, 3)), {"accepted": 198, "failed": 2}),
    Schedule("400_names_none", _one_reader_is_wrong, {"accepted": 199, "failed": 1}),
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda one: one.name)
def test_nobody_is_lost_or_mailed_twice(schedule, played, api):
    stage = played(api)
    schedule.fault(api)

    stage.release()
    stage.beat()
    stage.runs_out()

    assert stage.ends(api.took()) == schedule.ends


@pytest.mark.parametrize("rudely", [False, True], ids=["cut", "reset"])
def test_a_request_that_is_cut_in_the_middle_is_sent_again_or_unknown(rudely, played, api):
    """Written as a whole before the cut came, nobody here can tell whether it arrived."""
    stage = played(api)
    api.proxy.fault = Fault(cut_up=3_000, rudely=rudely, times=1)
    stage.release()
    stage.beat()
    stage.runs_out()

    assert stage.ends(api.took()) in (ALL, ONE_CALL_UNKNOWN)


def test_nobody_answers_at_first(played, api):
    stage = played(api)
    api.proxy.refuse()
    stage.release()
    stage.beat()
    wait_for(lambda: "unreachable" in stage.what_is_open(), seconds=20, what="three refusals")

    api.proxy.open()
    stage.runs_out()

    assert stage.ends(api.took()) == ALL


def test_an_account_that_is_refused_waits_for_a_person(played, api):
    stage = played(api)
    api.script += [says(401)] * 2
    digest = stage.release()
    stage.beat()
    stage.runs_out(until="paused")
    # The other worker's refusal must be in too, or it pauses once more what goes on.
    under_way = Batch.objects.filter(state__in=["claimed", "submitting"])
    wait_for(lambda: not under_way.exists(), seconds=20, what="the answers")
    assert not api.took()

    api.script.clear()
    control.resume(digest_id=digest.pk, by=make_staff(), now=database_now())
    stage.runs_out()

    assert stage.ends(api.took()) == ALL


def test_a_mail_that_is_wrong_for_all_is_paused_after_a_few_calls(played, api):
    stage = played(api)
    api.always = lambda _ids: says(400)
    digest = stage.release()
    stage.beat()
    stage.runs_out(until="paused")

    assert cancelling.cancel(digest_id=digest.pk, by=None, now=database_now())
    assert stage.ends(api.took()) == {"cancelled": 200}


def test_three_calls_in_a_row_without_an_answer_pause_it(played, api):
    stage = played(api)
    api.script += [hangs_up(took=True)] * 3
    digest = stage.release()
    stage.beat()
    stage.runs_out(until="paused")
    unknown = stage.count("unknown")
    # Two workers at once begin, and then there are only probes.
    assert 40 < unknown <= 90

    control.resume(digest_id=digest.pk, by=make_staff(), now=database_now())
    stage.runs_out()
    assert stage.ends(api.took()) == {"accepted": 200 - unknown, "unknown": unknown}


def test_the_same_message_many_times_sends_it_once(played, api):
    stage = played(api)
    api.proxy.fault = Fault(delay=0.05)
    digest = stage.release()
    for _ in range(3):
        wake.send(wake.PREPARE, digest_id=digest.pk)
        for _ in range(3):
            wake.send(wake.DRAIN)

    stage.runs_out()

    assert stage.ends(api.took()) == ALL


def test_two_sweepers_at_once_do_no_harm(played, api):
    stage = played(api)
    api.script += [says(429), hangs_up(took=True), taken, says(503)]
    api.proxy.fault = Fault(delay=0.05)
    stage.release()
    ended = threading.Event()

    def sweep() -> None:
        while not ended.is_set():
            recovery.sweep(now=database_now())
            time.sleep(0.05)
        connection.close()

    sweepers = [threading.Thread(target=sweep) for _ in range(2)]
    for one in sweepers:
        one.start()
    try:
        stage.beat()
        stage.runs_out()
    finally:
        ended.set()
        for one in sweepers:
            one.join()

    assert stage.ends(api.took()) == ONE_CALL_UNKNOWN


def test_a_cancel_in_mid_send_takes_along_who_waits(played, api):
    stage = played(api)
    api.proxy.fault = Fault(delay=0.3)
    digest = stage.release()
    stage.beat()
    wait_for(lambda: len(api.took()) >= 40, seconds=20, what="a call")

    cancelling.cancel(digest_id=digest.pk, by=None, now=database_now())
    wait_for(lambda: not stage.count("submitting"), seconds=20, what="the calls on their way")
    stage.beat()

    states = stage.ends(api.took())
    assert states == {"accepted": len(api.took()), "cancelled": 200 - len(api.took())}


def test_a_pause_in_mid_send_keeps_all_and_goes_on(played, api):
    stage = played(api)
    api.proxy.fault = Fault(delay=0.3)
    digest = stage.release()
    stage.beat()
    wait_for(lambda: len(api.took()) >= 40, seconds=20, what="a call")
    control.pause(digest_id=digest.pk, by=make_staff(), now=database_now())
    wait_for(lambda: not stage.count("submitting"), seconds=20, what="the calls on their way")
    taken_then = len(api.took())
    stage.beat()
    assert Digest.objects.get(pk=digest.pk).state == Digest.State.PAUSED

    assert len(api.took()) == taken_then < 200
    control.resume(digest_id=digest.pk, by=make_staff(), now=database_now())
    stage.runs_out()
    assert stage.ends(api.took()) == ALL


def test_two_digests_at_once_over_a_bad_line(played, api):
    stage = played(api)
    api.script += [taken, says(429), taken, hangs_up(took=False), names(5)]
    stage.release()
    stage.release()
    stage.beat()
    stage.runs_out()

    states = stage.ends(api.took())
    assert states.pop("unknown") in {10, 40}
    assert states.pop("failed") == 1
    assert states.keys() == {"accepted"}
