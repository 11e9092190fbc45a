"""From one reader's page: not mailed any more, handed over, erased; each with its permission."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from subscribers import suppression
from subscribers.models import Consent, Subscriber, Suppression
from tests.factories import make_newsletter, make_reader, make_staff

LIST = reverse("admin:subscribers_subscriber_changelist")
CHANGE = "admin:subscribers_subscriber_change"
BLOCK = "admin:subscribers_subscriber_block"


@pytest.fixture
def desk(db: None, client: Client) -> Client:
    client.force_login(make_staff(is_superuser=True))
    return client


def _reader() -> Subscriber:
    reader = make_reader(make_newsletter(), address="ana@example.org")
    hashed = suppression.address_hash("ana@example.org")
    Subscriber.objects.filter(pk=reader.pk).update(address_hash=hashed)
    return reader


def _logged() -> str:
    return "".join(f"{one.object_repr} {one.change_message}" for one in LogEntry.objects.all())


def test_a_reader_is_blocked_and_lifted_with_a_reason(desk: Client) -> None:
    reader = _reader()
    page, block, lift = (
        reverse(CHANGE, args=[reader.pk]),
        reverse(BLOCK, args=[reader.pk, "block"]),
        reverse(BLOCK, args=[reader.pk, "lift"]),
    )
    assert "Say why" in desk.post(block, {"why": " "}, follow=True).text
    assert block in desk.get(page).text
    desk.post(block, {"why": "wrote from ana@example.org"})
    assert Suppression.objects.get().reason == Suppression.Reason.MANUAL
    assert lift in desk.get(page).text
    desk.post(lift, {"why": "called us"})
    assert not Suppression.objects.exists()
    acts = Consent.objects.filter(subscriber_id=reader.pk, method="desk")
    assert [one.act for one in acts] == [Consent.Act.BLOCKED, Consent.Act.LIFTED]
    assert "Not mailed any more: wrote from [address]" in _logged()
    assert "ana@" not in _logged()


def test_export_and_erase_from_the_page(desk: Client) -> None:
    reader = _reader()
    text = desk.get(reverse(CHANGE, args=[reader.pk])).text
    assert "hand_over_data" in text
    assert "erase_readers" in text
    chosen = {"_selected_action": [reader.pk]}
    told = desk.post(LIST, {**chosen, "action": "hand_over_data"})
    assert told.json()["readers"][0]["reader"]["address"] == "ana@example.org"
    assert "for good?" in desk.post(LIST, {**chosen, "action": "erase_readers"}).text
    assert Subscriber.objects.get().erased_at is None
    desk.post(LIST, {**chosen, "action": "erase_readers", "sure": "yes"})
    assert Subscriber.objects.get().erased_at
    assert "ana@" not in _logged()
    assert "erase_readers" not in desk.get(reverse(CHANGE, args=[reader.pk])).text


def test_each_needs_its_permission(db: None, client: Client) -> None:
    reader = _reader()
    staff = make_staff()
    staff.user_permissions.add(Permission.objects.get(codename="view_subscriber"))
    client.force_login(staff)
    text = client.get(reverse(CHANGE, args=[reader.pk])).text
    assert not any(one in text for one in ("hand_over_data", "erase_readers", "/mail/block/"))
    assert client.post(reverse(BLOCK, args=[reader.pk, "block"]), {"why": "x"}).status_code == 403
    assert not Suppression.objects.exists()


def test_what_an_older_log_says_of_the_address_goes_with_an_erasure(desk: Client) -> None:
    reader = _reader()
    desk.post(reverse(BLOCK, args=[reader.pk, "block"]), {"why": "called"})
    LogEntry.objects.update(object_repr="ana@example.org", change_message="ana@example.org wrote")
    chosen = {"_selected_action": [reader.pk], "action": "erase_readers", "sure": "yes"}
    desk.post(LIST, chosen)
    assert "ana@" not in _logged()
