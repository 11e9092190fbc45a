"""Whom we do not mail, at the desk: found by hash or domain, changed with a reason only."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from subscribers import suppression
from subscribers.admin.blocking import SAY_WHY
from subscribers.models import Consent, SuppressedDomain, Suppression
from tests.factories import NOW, make_newsletter, make_reader, make_staff

PAGE = "/admin/subscribers/suppression/"


@pytest.fixture
def desk(db: None, client: Client) -> Client:
    client.force_login(make_staff(is_superuser=True))
    return client


@pytest.fixture
def complained(db):
    reader = make_reader(make_newsletter(), address="anna@mail.example")
    suppression.suppress(
        address_hashes=[reader.address_hash], reason="complaint", detail="abuse", now=NOW
    )
    return reader


def _post(client, act, what, why=""):
    return client.post(PAGE, {"act": act, "what": what, "why": why}, follow=True)


def test_it_is_found_by_its_address_however_it_is_typed(desk, complained):
    assert "reported as spam" in _post(desk, "look_up", " ANNA@mail.example ").text
    assert "Nothing is set" in _post(desk, "look_up", "bob@mail.example").text
    assert "does not look like" in _post(desk, "look_up", "anna@@mail").text
    assert Suppression.objects.count() == 1


def test_a_complaint_is_lifted_with_a_reason_only(desk, complained):
    assert SAY_WHY in _post(desk, "lift", "anna@mail.example", "  ").text
    assert Suppression.objects.exists()

    _post(desk, "lift", "anna@mail.example", "She rang us: a slip.")
    assert not Suppression.objects.exists()
    act = Consent.objects.get(act="lifted")
    assert (act.subscriber_id, act.method) == (complained.pk, "desk")
    assert act.detail == "reported as spam; She rang us: a slip."
    entry = LogEntry.objects.get()
    assert entry.change_message == f"Mailed again (reader {complained.pk}): She rang us: a slip."
    assert "anna" not in f"{entry.object_repr}{entry.change_message}"


def test_an_address_in_the_reason_gets_into_no_record(desk, complained):
    _post(desk, "block", "anna@mail.example", "wrote as  anna@work.example")
    assert Suppression.objects.get().detail.startswith("wrote as [address]")
    assert LogEntry.objects.get().change_message.endswith(": wrote as [address]")


def test_an_address_of_nobody_can_be_set_too(desk):
    _post(desk, "block", "Stranger@mail.example", "a lawyer wrote to us")
    assert Suppression.objects.get().reason == "manual"
    act = Consent.objects.get(act="blocked")
    assert act.subscriber_id is None
    assert act.detail.startswith(suppression.address_hash("stranger@mail.example"))


def test_staff_make_a_complaint_no_lighter(desk, complained):
    _post(desk, "block", "anna@mail.example", "asked for it")
    row = Suppression.objects.get()
    assert (row.reason, row.detail) == ("manual", "asked for it (before: reported as spam)")


def test_a_domain_is_set_and_lifted(desk):
    reader = make_reader(make_newsletter(), address="anna@gone.example")
    _post(desk, "block", "Gone.Example", "does not exist any more")
    assert "Nothing was changed" in _post(desk, "block", "gone.example", "twice").text
    assert LogEntry.objects.count() == 1
    assert SuppressedDomain.objects.get().domain == "gone.example"
    assert suppression.is_suppressed(hashed=reader.address_hash, domain=reader.domain)
    assert "does not exist any more" in desk.get(PAGE).text
    _post(desk, "lift", "gone.example", "is back")
    assert not SuppressedDomain.objects.exists()
    acts = Consent.objects.order_by("pk").values_list("act", "detail")
    assert list(acts) == [
        ("blocked", "gone.example: does not exist any more"),
        ("lifted", "gone.example: is back"),
    ]


@pytest.mark.parametrize("act", ["block", "lift"])
def test_looking_is_not_changing(client, complained, act):
    staff = make_staff()
    staff.user_permissions.add(Permission.objects.get(codename="view_suppression"))
    client.force_login(staff)
    assert "Not mailed" in client.get(PAGE).text
    assert _post(client, act, "anna@mail.example", "why not").status_code == 403
    assert Suppression.objects.get().reason == "complaint"


def test_who_may_not_see_it_does_not(client, db):
    client.force_login(make_staff())
    assert client.get(PAGE).status_code == 403


def test_a_person_is_exported_and_erased_from_the_list(desk, complained):
    page = reverse("admin:subscribers_subscriber_changelist")
    selected = {"_selected_action": [complained.pk]}
    told = desk.post(page, {"action": "hand_over_data", **selected}).json()
    assert told["readers"][0]["reader"]["address"] == "anna@mail.example"
    assert told["readers"][0]["not_mailed_because"][0]["reason"] == "complaint"

    asked = desk.post(page, {"action": "erase_readers", **selected})
    assert "Erase 1 reader for good?" in asked.text
    complained.refresh_from_db()
    assert complained.address

    desk.post(page, {"action": "erase_readers", "sure": "yes", **selected})
    complained.refresh_from_db()
    assert complained.erased_at
    again = desk.post(page, {"action": "erase_readers", **selected}, follow=True)
    assert "They were erased already." in again.text
    entries = LogEntry.objects.values_list("object_repr", flat=True)
    assert set(entries) == {f"reader {complained.pk}", f"erased reader {complained.pk}"}
    assert desk.get(f"/admin/subscribers/subscriber/{complained.pk}/change/").status_code == 200


def test_erasing_needs_its_permission(client, complained):
    staff = make_staff()
    staff.user_permissions.add(Permission.objects.get(codename="view_subscriber"))
    client.force_login(staff)
    page = reverse("admin:subscribers_subscriber_changelist")
    data = {"action": "erase_readers", "sure": "yes", "_selected_action": [complained.pk]}
    client.post(page, data)
    complained.refresh_from_db()
    assert complained.address
