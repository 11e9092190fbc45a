"""Calls of the staff's webhook, over real HTTP: each comes at least once, and holds nothing up."""

import base64
import hmac
import json
import socket
import threading
import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from subscribers.clock import database_now
from subscribers.models import StaffCall
from subscribers.staff import calls, webhook
from tests.receiver import Receiver, receiver

pytestmark = [pytest.mark.django_db]

State = StaffCall.State


@pytest.fixture
def hook(settings):
    with receiver() as one:
        settings.STAFF_WEBHOOK_URL = one.url
        settings.STAFF_WEBHOOK_SECRET = ""
        yield one


def add(number: int = 1, **fields) -> StaffCall:
    now = database_now()
    values = {"body": {"text": f"Held {number}"}, "not_before": now, "created_at": now}
    return StaffCall.objects.create(**(values | fields))


def the_wait_is_over() -> None:
    StaffCall.objects.update(not_before=database_now() - timedelta(seconds=1))


def states() -> list[str]:
    return list(StaffCall.objects.order_by("created_at").values_list("state", flat=True))


def test_calls_are_made_in_order_and_once(hook: Receiver) -> None:
    for number in range(3):
        add(number)
    assert calls.make_due() == 3
    assert calls.make_due() == 0
    assert [json.loads(body)["text"] for _, body in hook.calls] == ["Held 0", "Held 1", "Held 2"]
    assert hook.calls[0][0]["content-type"] == "application/json; charset=utf-8"


def test_a_call_is_signed_as_the_specification_says(hook: Receiver, settings) -> None:
    key = b"some random bytes for the signature"
    settings.STAFF_WEBHOOK_SECRET = f"whsec_{base64.b64encode(key).decode()}"
    call = add()
    calls.make_due()
    headers, body = hook.calls[0]
    signed = f"{call.pk}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    assert headers["webhook-id"] == str(call.pk)
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 60


def test_without_a_secret_nothing_is_signed(hook: Receiver) -> None:
    add()
    calls.make_due()
    assert "webhook-signature" not in hook.calls[0][0]


@pytest.mark.parametrize(
    "secret", ["whsec_not base64 at all", "whsec_pässwört", "whsec_\udce4", "whsec_"]
)
def test_a_secret_in_plain_words_is_the_key_itself(settings, secret: str) -> None:
    settings.STAFF_WEBHOOK_SECRET = secret
    found = webhook.headers(call_id="1", content=b"{}", now=database_now())
    signed = f"1.{found['webhook-timestamp']}.{{}}".encode()
    wanted = hmac.digest(secret.encode(errors="surrogateescape"), signed, "sha256")
    assert found["webhook-signature"] == f"v1,{base64.b64encode(wanted).decode()}"


@pytest.mark.parametrize("status", [301, 400, 404, 410, 429, 500, 503])
def test_what_is_not_taken_is_tried_again_with_the_same_id(hook: Receiver, status: int) -> None:
    hook.answer = lambda number: (status, 0) if number == 1 else (200, 0)
    call = add()
    assert calls.make_due() == 0
    assert calls.make_due() == 0
    call.refresh_from_db()
    assert (call.state, call.answer, len(hook.calls)) == ("pending", f"answered {status}", 1)
    the_wait_is_over()
    assert calls.make_due() == 1
    assert hook.ids() == [str(call.pk)] * 2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(hook: Receiver, status: int) -> None:
    with receiver() as other:
        hook.headers = {"Location": other.url}
        hook.answer = lambda _: (status, 0)
        add()
        calls.make_due()
        assert not other.calls
    assert states() == ["pending"]


def test_a_receiver_that_never_answers_is_left_in_time(hook: Receiver, monkeypatch) -> None:
    monkeypatch.setattr(webhook, "SECONDS", 0.3)
    hook.answer = lambda _: (200, 3)
    add(1)
    add(2)
    start = time.monotonic()
    assert calls.make_due() == 0
    assert time.monotonic() - start < 2.5
    # The second waits too: most often the receiver is away.
    assert len(hook.calls) == 1
    assert calls.make_due() == 0
    assert StaffCall.objects.get(attempts=1).answer == "no answer within 0.3 s"


def test_a_name_that_is_looked_up_for_ever_is_left_in_time(settings, monkeypatch) -> None:
    settings.STAFF_WEBHOOK_URL = "http://chat.example/hook/secret"
    monkeypatch.setattr(webhook, "SECONDS", 0.3)
    over, ended = threading.Event(), []

    def look_up(*_, **__):
        ended.append(over.wait(5))
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    call = add()
    assert calls.make_due() == 0
    assert ended == []
    over.set()
    call.refresh_from_db()
    assert call.answer == "no answer within 0.3 s"


def test_a_receiver_that_is_gone_is_asked_again(settings, free_port: int) -> None:
    settings.STAFF_WEBHOOK_URL = f"http://127.0.0.1:{free_port}/hook/secret"
    call = add()
    calls.make_due()
    call.refresh_from_db()
    assert (call.state, call.attempts) == ("pending", 1)
    assert call.answer == "not reached (ConnectError)"


def test_one_that_is_never_taken_lets_the_others_by(hook: Receiver) -> None:
    bad = add(1)
    hook.answer = lambda number: (500, 0) if hook.ids()[number - 1] == str(bad.pk) else (200, 0)
    calls.make_due()
    good = add(2)
    the_wait_is_over()
    calls.make_due()
    good.refresh_from_db()
    assert good.state == "taken"


def test_it_waits_longer_each_time(hook: Receiver) -> None:
    hook.answer = lambda _: (500, 0)
    call = add()
    waits = []
    for _ in range(8):
        the_wait_is_over()
        calls.make_due()
        call.refresh_from_db()
        waits.append((call.not_before - database_now()).total_seconds())
    assert waits[0] <= 30
    assert 400 < waits[-1] <= 15 * 60 * 1.2


def test_it_is_given_up_after_hours_and_said_in_the_log(hook: Receiver, caplog) -> None:
    add(1, created_at=database_now() - timedelta(hours=4, seconds=1))
    add(2, created_at=database_now() - timedelta(hours=3, minutes=59))
    assert calls.make_due() == 1
    assert states() == ["failed", "taken"]
    (line,) = [one for one in caplog.records if one.levelname == "ERROR"]
    assert "staff_call_given_up" in str(line.msg)


def test_where_the_setting_is_taken_away_old_calls_end_too(settings) -> None:
    settings.STAFF_WEBHOOK_URL = ""
    add(created_at=database_now() - timedelta(hours=5))
    assert calls.make_due() == 0
    assert states() == ["failed"]


def test_the_secret_address_is_never_written_down(hook: Receiver, caplog) -> None:
    hook.answer = lambda _: (500, 0)
    add()
    calls.make_due()
    assert "secret" not in str([one.msg for one in caplog.records])
    assert "secret" not in StaffCall.objects.get().answer


def test_two_are_never_made_at_the_same_time(hook: Receiver) -> None:
    held = add(1, state=State.CLAIMED, lease_until=database_now() + timedelta(seconds=20))
    add(2)
    assert calls.make_due() == 0
    assert not hook.calls
    with pytest.raises(IntegrityError), transaction.atomic():
        add(3, state=State.CLAIMED)
    StaffCall.objects.filter(pk=held.pk).update(lease_until=database_now() - timedelta(seconds=1))
    assert calls.make_due() == 2


def test_a_lease_of_a_clock_that_was_ahead_ends(hook: Receiver) -> None:
    add(1, state=State.CLAIMED, lease_until=database_now() + timedelta(days=3))
    add(2, not_before=database_now() + timedelta(days=3))
    assert calls.make_due() == 2
