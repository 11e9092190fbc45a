"""Who may see and do what; and every entry of the sidebar leads somewhere."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from config.models import StaffUser
from newsletter.admin.mails.steps import STEPS
from newsletter.models import Digest
from tests.factories import make_staff
from tests.newsletter.admin.conftest import page_of, step_of

PAGES = ("change", "preview", "frame", "test", "schedule")


def links() -> Iterator[str]:
    for group in settings.UNFOLD["SIDEBAR"]["navigation"]:
        yield from (str(entry["link"]) for entry in group["items"])


def login(client: Client, *permissions: str) -> StaffUser:
    somebody = make_staff()
    somebody.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(somebody)
    return somebody


def test_every_entry_of_the_sidebar_answers(desk: Client) -> None:
    for link in links():
        assert desk.get(link).status_code == 200, link


def test_the_sidebar_goes_by_task(desk: Client) -> None:
    titles = [
        entry["title"]
        for group in settings.UNFOLD["SIDEBAR"]["navigation"]
        for entry in group["items"]
    ]
    assert titles[:3] == ["Today", "Calendar", "Mails"]
    assert not {"Deliveries", "Batches", "Consents", "Events"} & set(titles)


def test_strangers_are_sent_to_the_log_in_page(client: Client, mail: Digest) -> None:
    addresses = [*links(), *(page_of(mail, page) for page in PAGES), step_of(mail, "send-now")]
    for address in addresses:
        for response in (client.get(address), client.post(address)):
            assert response.status_code == 302
            assert response["Location"].startswith("/admin/login/")
    assert Digest.objects.get().state == Digest.State.DRAFT


def test_staff_without_permissions_see_an_empty_today_and_nothing_else(
    client: Client, mail: Digest
) -> None:
    login(client)
    text = client.get("/admin/").text
    assert "Your account does not show mails. It has no rights yet" in " ".join(text.split())
    for address in [link for link in links() if link != "/admin/"]:
        assert client.get(address).status_code == 403, address
    for page in PAGES:
        assert client.get(page_of(mail, page)).status_code == 403
    assert client.get(reverse("admin:newsletter_digest_new")).status_code == 403


def test_somebody_who_may_only_look_finds_no_buttons_and_can_do_nothing(
    client: Client, mail: Digest
) -> None:
    login(client, "view_digest")
    text = client.get(page_of(mail)).text
    assert 'id="mail-form"' not in text
    assert "Send now" not in text
    for key in STEPS:
        assert client.post(step_of(mail, key)).status_code == 403
    assert client.post(page_of(mail), {"subject": "Mine"}).status_code == 403
    assert Digest.objects.get().subject == "Harbour reopens"


def test_who_may_approve_and_send_can_send_a_draft_in_one_step(
    client: Client, mail: Digest
) -> None:
    sender = login(client, "view_digest", "approve_digest", "send_digest")
    client.post(step_of(mail, "send-now"))
    mail.refresh_from_db()
    assert (mail.state, mail.approved_by) == (Digest.State.SCHEDULED, sender)


def test_a_mail_cannot_be_deleted(desk: Client, mail: Digest) -> None:
    address = reverse("admin:newsletter_digest_delete", args=[mail.pk])
    assert desk.post(address, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("key", ["no-such-step", "delete"])
def test_a_step_that_does_not_exist_is_not_found(desk: Client, mail: Digest, key: str) -> None:
    assert desk.post(step_of(mail, key)).status_code == 404
