"""Many failed log-ins lock a name where they came from, and nobody else's way in."""

import logging
from io import StringIO

import pytest
from axes.models import AccessAttempt, AccessLog
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from config.entering import codes
from config.models import StaffUser
from subscribers.abuse import ratelimit
from subscribers.models import StaffAct
from tests.factories import make_staff

pytestmark = pytest.mark.django_db
PASSWORD = "harbour-reopens-1"
OFFICE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def _fresh_counter(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    counter = ratelimit._Counter("log-in", ratelimit.HOUR)
    monkeypatch.setattr(ratelimit, "_log_ins", counter)


@pytest.fixture
def ines() -> StaffUser:
    person = make_staff(username="ines", is_superuser=True)
    person.set_password(PASSWORD)
    person.save()
    return person


def log_in(password: str = PASSWORD, *, name: str = "ines", at: str = OFFICE, **more: str):
    data = {"username": name, "password": password}
    return Client().post(reverse("admin:login"), data, REMOTE_ADDR=at, **more)


def fail(times: int, **more: str) -> None:
    for number in range(times):
        log_in(f"wrong-{number}", **more)


def test_after_eight_failures_even_the_password_has_to_wait(ines: StaffUser) -> None:
    fail(7)
    assert log_in("wrong").status_code == 429
    answer = log_in()
    assert answer.status_code == 429
    assert "can be tried again in 15 minutes" in answer.text
    assert "let_in" in answer.text
    assert answer["Retry-After"] == "900"


def test_a_storm_from_elsewhere_does_not_lock_the_owner_out(ines: StaffUser) -> None:
    at_work = Client()
    at_work.force_login(ines)
    fail(30, at=ELSEWHERE)
    assert log_in(at=ELSEWHERE).status_code == 429
    assert log_in(at=OFFICE).status_code == 302
    assert at_work.get("/admin/").status_code == 200


def test_neighbours_are_told_apart(ines: StaffUser) -> None:
    fail(8, at="198.51.100.8")
    assert log_in(at=OFFICE).status_code == 302
    fail(8, at="2001:db8:1:2::5")
    assert log_in(at="2001:db8:1:2:ffff::1").status_code == 429
    assert log_in(at="2001:db8:1:3::5").status_code == 302


def test_another_name_is_not_locked(ines: StaffUser) -> None:
    fail(8, name="tomas")
    assert log_in().status_code == 302


def test_what_no_proxy_of_ours_wrote_is_not_believed(ines: StaffUser, settings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.5"]
    for number in range(8):
        log_in("wrong", at=ELSEWHERE, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
    assert log_in(at=ELSEWHERE, HTTP_X_FORWARDED_FOR="192.0.2.99").status_code == 429
    assert log_in(at="10.0.0.5", HTTP_X_FORWARDED_FOR=OFFICE).status_code == 302
    assert log_in(at="10.0.0.5", HTTP_X_FORWARDED_FOR=ELSEWHERE).status_code == 429


def test_it_ends_by_itself_and_trying_meanwhile_does_not_prolong_it(
    ines: StaffUser, time_machine
) -> None:
    time_machine.move_to("2026-11-24T06:00:00Z", tick=False)
    fail(8)
    time_machine.move_to("2026-11-24T06:14:00Z", tick=False)
    assert log_in().status_code == 429
    time_machine.move_to("2026-11-24T06:15:01Z", tick=False)
    assert log_in().status_code == 302
    assert not AccessAttempt.objects.exists()


def test_a_success_forgets_the_failures(ines: StaffUser) -> None:
    fail(7)
    log_in()
    assert not AccessAttempt.objects.exists()
    fail(7)
    assert log_in().status_code == 302


def test_no_address_and_no_browser_is_kept_or_logged(
    ines: StaffUser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for browser in ("Firefox", "Chromium"):
        log_in("wrong-secret", HTTP_USER_AGENT=browser, HTTP_ACCEPT="text/html")
    kept = AccessAttempt.objects.get()
    assert str(kept.ip_address).startswith("fd")
    assert (kept.user_agent, kept.http_accept, kept.path_info) == ("", "", "")
    assert not AccessLog.objects.exists()
    for secret in (OFFICE, "wrong-secret", "Firefox"):
        assert secret not in caplog.text
        assert secret not in f"{kept.get_data} {kept.post_data}"


def let_in(*words: str) -> str:
    out = StringIO()
    call_command("let_in", *words, stdout=out)
    return out.getvalue()


def test_whoever_runs_the_service_can_lift_it(ines: StaffUser) -> None:
    fail(8)
    assert "ines can try again from everywhere." in let_in("ines")
    assert log_in().status_code == 302
    assert "No lock was on." in let_in("ines")
    with pytest.raises(CommandError, match="No account is called 'nobody'"):
        let_in("nobody")


def test_the_last_administrator_gets_in_without_phone(ines: StaffUser) -> None:
    codes.begin(person=ines)
    device = codes.begun(person=ines)
    assert device is not None
    device.confirmed = True
    device.save()
    assert "It is on record." in let_in("ines", "--without-code")
    assert not codes.is_on(person=ines)
    assert StaffAct.objects.get().actor_name == "the service"
    assert "Codes were off already." in let_in("ines", "--without-code")
