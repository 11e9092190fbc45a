"""The second step of logging in: codes of an app, recovery codes, and what is kept of them."""

import logging
import re

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from config.entering import codes
from config.models import StaffUser
from subscribers.models import StaffAct
from tests.factories import make_staff

pytestmark = pytest.mark.django_db
PASSWORD = "harbour-reopens-1"
ACCOUNT, CODE, TODAY = "/admin/account/", "/admin/code/", "/admin/"


@pytest.fixture
def ines() -> StaffUser:
    person = make_staff(username="ines", is_superuser=True)
    person.set_password(PASSWORD)
    person.save()
    return person


def change(client: Client, act: str, code: str = ""):
    return client.post(reverse("desk_account_change", args=[act]), {"code": code})


def code_of(person: StaffUser, *, later: int = 0) -> str:
    """What his app shows, `later` steps of 30 s from now: each code works once."""
    device = TOTPDevice.objects.get(user=person)
    TOTPDevice.objects.filter(pk=device.pk).update(throttling_failure_count=0)
    return f"{totp(device.bin_key, drift=later):06d}"


def switch_on(client: Client, person: StaffUser) -> list[str]:
    change(client, "begin")
    shown = change(client, "confirm", code_of(person))
    return re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", shown.text)


def log_in(client: Client, person: StaffUser):
    return client.post(
        reverse("admin:login"), {"username": person.username, "password": PASSWORD}, follow=True
    )


@pytest.fixture
def recovery(client: Client, ines: StaffUser) -> list[str]:
    """Codes are on; logged out again."""
    client.force_login(ines)
    made = switch_on(client, ines)
    client.logout()
    return made


def test_it_is_switched_on_with_a_picture_the_secret_and_a_code(
    client: Client, ines: StaffUser
) -> None:
    client.force_login(ines)
    assert "Set it up" in client.get(ACCOUNT).text
    assert not TOTPDevice.objects.exists()
    change(client, "begin")
    page = client.get(ACCOUNT)
    assert "<svg" in page.text
    assert codes.secret(TOTPDevice.objects.get()) in page.text
    assert "no-store" in page["Cache-Control"]
    assert "not the code of this moment" in change(client, "confirm", "000000").text
    assert not codes.is_on(person=ines)
    assert len(switch_on(client, ines)) == 10
    assert codes.is_on(person=ines)
    assert "10 recovery codes left" in client.get(ACCOUNT).text


def test_a_password_alone_opens_nothing(
    client: Client, ines: StaffUser, recovery: list[str]
) -> None:
    assert "One more step" in log_in(client, ines).text
    for address in (TODAY, ACCOUNT, reverse("admin:subscribers_subscriber_changelist")):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(CODE)
    assert change(client, "off")["Location"] == CODE
    assert codes.is_on(person=ines)


def test_a_code_opens_the_desk_where_one_was_going(
    client: Client, ines: StaffUser, recovery: list[str]
) -> None:
    log_in(client, ines)
    answer = client.post(CODE, {"code": code_of(ines, later=1), "next": ACCOUNT})
    assert answer["Location"] == ACCOUNT
    assert client.get(TODAY).status_code == 200


def test_it_leads_to_no_other_site(client: Client, ines: StaffUser, recovery: list[str]) -> None:
    log_in(client, ines)
    data = {"code": code_of(ines, later=1), "next": "https://elsewhere.example/"}
    assert client.post(CODE, data)["Location"] == TODAY


def test_a_code_works_once(client: Client, ines: StaffUser, recovery: list[str]) -> None:
    code = code_of(ines, later=1)
    log_in(client, ines)
    client.post(CODE, {"code": code})
    client.logout()
    log_in(client, ines)
    assert "Each works once" in client.post(CODE, {"code": code}).text


def test_a_recovery_code_works_once_however_it_is_typed(
    client: Client, ines: StaffUser, recovery: list[str]
) -> None:
    typed = recovery[3].upper().replace("-", " ")
    log_in(client, ines)
    assert client.post(CODE, {"code": typed})["Location"] == TODAY
    assert codes.recovery_left(person=ines) == 9
    client.logout()
    log_in(client, ines)
    assert "not the code" in client.post(CODE, {"code": typed}).text


def test_after_wrong_codes_even_a_right_one_has_to_wait(
    client: Client, ines: StaffUser, recovery: list[str]
) -> None:
    log_in(client, ines)
    right = code_of(ines, later=1)
    for _ in range(2):
        client.post(CODE, {"code": "000000"})
    assert "Wait a little" in client.post(CODE, {"code": right}).text
    assert client.get(TODAY).status_code == 302


def test_recovery_codes_are_kept_as_hashes_and_nothing_gets_into_a_log(
    client: Client, ines: StaffUser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.force_login(ines)
    made = switch_on(client, ines)
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert len(kept) == 10
    assert not kept & {codes.plain(code) for code in made}
    said = caplog.text
    assert TOTPDevice.objects.get().key not in said
    assert not any(code in said or codes.plain(code) in said for code in made)


def test_new_recovery_codes_replace_the_old_ones(client: Client, ines: StaffUser) -> None:
    client.force_login(ines)
    old = switch_on(client, ines)
    page = change(client, "recovery", old[0]).text
    new = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page)
    assert len(new) == 10
    with pytest.raises(codes.WrongCode):
        codes.check(person=ines, typed=old[1])


def test_switching_off_needs_a_code_and_stands_on_record(client: Client, ines: StaffUser) -> None:
    client.force_login(ines)
    made = switch_on(client, ines)
    change(client, "off", "000000")
    assert codes.is_on(person=ines)
    change(client, "off", made[0])
    assert not codes.is_on(person=ines)
    row = StaffAct.objects.get()
    assert (row.act, row.actor, row.about) == (StaffAct.Act.RIGHTS, ines, "account ines")


def test_where_it_is_required_nothing_opens_before_it_is_on(
    client: Client, ines: StaffUser, settings
) -> None:
    settings.REQUIRE_TOTP = True
    client.force_login(ines)
    for address in (TODAY, reverse("admin:subscribers_subscriber_changelist")):
        assert client.get(address)["Location"] == ACCOUNT
        assert client.post(address)["Location"] == ACCOUNT
    assert "Everybody at this desk logs in with a code" in client.get(ACCOUNT).text
    switch_on(client, ines)
    assert client.get(TODAY).status_code == 200


def test_readers_pages_do_not_ask_for_it(client: Client, settings) -> None:
    settings.REQUIRE_TOTP = True
    client.force_login(make_staff())
    assert client.get("/").status_code == 200


def test_the_desk_has_no_page_that_shows_secrets(client: Client, ines: StaffUser) -> None:
    client.force_login(ines)
    for place in ("otp_totp/totpdevice", "otp_static/staticdevice", "axes/accessattempt"):
        assert client.get(f"/admin/{place}/").status_code == 404
