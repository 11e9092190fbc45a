"""Making and ending a link to a preview, at the desk."""

from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from newsletter.models import Digest
from subscribers.models import Notice, StaffAct
from tests.factories import make_staff
from tests.newsletter.admin.conftest import page_of


def share_of(mail: Digest, act: str) -> str:
    return reverse("admin:newsletter_digest_share", args=[mail.pk, act])


def test_a_link_is_made_shown_and_ended(desk: Client, mail: Digest, settings) -> None:
    assert "Share a preview" in desk.get(page_of(mail, "preview")).text

    made = desk.post(share_of(mail, "start"), follow=True).text
    assert f'value="{settings.SITE_URL}/preview/' in made
    assert "This link works until" in made

    ended = desk.post(share_of(mail, "stop"), follow=True).text
    assert "No link to this preview works any more." in ended
    assert "Share a preview" in ended


def test_looking_makes_no_link(desk: Client, mail: Digest) -> None:
    assert desk.get(share_of(mail, "start")).status_code == 405
    desk.get(page_of(mail, "preview"))
    assert not StaffAct.objects.exists()


def test_only_who_may_change_the_mail_may_share_it(client: Client, mail: Digest) -> None:
    onlooker = make_staff()
    onlooker.user_permissions.add(Permission.objects.get(codename="view_digest"))
    client.force_login(onlooker)

    assert "Share a preview" not in client.get(page_of(mail, "preview")).text
    assert client.post(share_of(mail, "start")).status_code == 403
    assert not StaffAct.objects.exists()


def test_a_test_goes_to_several_addresses_or_to_none(desk: Client, mail: Digest) -> None:
    page = page_of(mail, "test")
    desk.post(page, {"to": "a@daymark.example, b@daymark.example,a@daymark.example"})
    queued = Notice.objects.filter(kind=Notice.Kind.TEST).order_by("pk")
    assert [one.staff_address for one in queued] == ["a@daymark.example", "b@daymark.example"]

    wrong = desk.post(page, {"to": "c@daymark.example, nobody"})
    assert "nobody is no address." in wrong.text
    many = desk.post(page, {"to": ",".join(f"{n}@daymark.example" for n in range(11))})
    assert "more than 10" in many.text
    assert queued.count() == 2
