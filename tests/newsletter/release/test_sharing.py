"""Links to a preview, for people without an account."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter.models import Digest
from newsletter.release import sharing
from newsletter.release.sharing import LIFE, LinkIsOver
from subscribers.models import StaffAct
from tests.factories import make_digest, make_section, make_staff

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def digest() -> Digest:
    digest = make_digest(subject="Harbour reopens", intro="Hello {name|there}.")
    make_section(digest, "lead", {"headline": "Ferry fares rise", "link": "https://a.example/"})
    return digest


def share(digest: Digest, now=NOW) -> sharing.SharedLink:
    return sharing.share(digest_id=digest.pk, by=make_staff(), now=now)


def look(client: Client, link: sharing.SharedLink, name: str = "shared", **query: object):
    return client.get(reverse(name, args=[link.token]), query)


def test_it_works_for_48_hours(digest: Digest) -> None:
    link = share(digest)

    assert link.until == NOW + timedelta(hours=48)
    last = NOW + LIFE - timedelta(seconds=1)
    assert sharing.opened(token=link.token, now=last).digest == digest
    with pytest.raises(LinkIsOver):
        sharing.opened(token=link.token, now=link.until)


def test_ending_it_ends_every_link_that_was_made_and_none_made_later(digest: Digest) -> None:
    first, second = share(digest), share(digest, NOW + timedelta(minutes=1))
    sharing.stop(digest_id=digest.pk, by=make_staff(), now=NOW + timedelta(minutes=2))
    third = share(digest, NOW + timedelta(minutes=3))

    at = NOW + timedelta(minutes=4)
    for link in (first, second):
        with pytest.raises(LinkIsOver):
            sharing.opened(token=link.token, now=at)
    assert sharing.opened(token=third.token, now=at).digest == digest


def test_the_newest_link_that_works_can_be_shown_again(digest: Digest) -> None:
    assert sharing.newest(digest=digest, now=NOW) is None
    link = share(digest)
    assert sharing.newest(digest=digest, now=NOW + timedelta(hours=1)) == link
    assert sharing.newest(digest=digest, now=link.until) is None
    sharing.stop(digest_id=digest.pk, by=make_staff(), now=NOW + timedelta(hours=1))
    assert sharing.newest(digest=digest, now=NOW + timedelta(hours=2)) is None


def test_who_shared_and_who_ended_it_is_on_record(digest: Digest) -> None:
    share(digest)
    sharing.stop(digest_id=digest.pk, by=make_staff(), now=NOW + timedelta(hours=1))

    acts = StaffAct.objects.order_by("at").values_list("act", "target")
    about = f"newsletter.digest:{digest.pk}"
    assert list(acts) == [("shared", about), ("unshared", about)]


def test_anybody_with_the_link_sees_the_newest_words_and_nothing_that_acts(
    client: Client, digest: Digest
) -> None:
    link = share(digest)
    Digest.objects.update(subject="Harbour open again")

    page = look(client, link)
    shown = look(client, link, "shared_frame")

    assert "Harbour open again" in page.text
    assert "/admin/" not in page.text
    assert "This link works until" in page.text
    assert "Ferry fares rise" in shown.text
    for path in ("/unsubscribe/", "/preferences/", "/c/"):
        assert path not in page.text + shown.text
    assert "Hello Ada." in look(client, link, **{"as": "text"}).text


@pytest.mark.parametrize("name", ["shared", "shared_frame"])
def test_nobody_keeps_lists_or_passes_on_its_address(
    client: Client, digest: Digest, name: str
) -> None:
    response = look(client, share(digest), name)

    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'unsafe" not in policy


def test_its_looks_are_those_of_the_desk(client: Client, digest: Digest) -> None:
    link = share(digest)

    dark = look(client, link, **{"as": "phone-dark"}).text
    assert f"{reverse('shared_frame', args=[link.token])}?dark=1" in dark
    assert "color-scheme:only dark" in look(client, link, "shared_frame", dark=1).text
    assert "font-size:34px" in look(client, link, "shared_frame", large=1).text


def test_a_dead_link_says_so_kindly(client: Client, digest: Digest) -> None:
    link = share(digest)
    sharing.stop(digest_id=digest.pk, by=make_staff(), now=timezone.now() + timedelta(minutes=1))

    for token in (link.token, link.token[:-1], f"{link.token[:-1]}_", "x"):
        for name in ("shared", "shared_frame"):
            response = client.get(reverse(name, args=[token]))
            assert response.status_code == 404
            assert "This preview is over." in response.text
            assert response["Cache-Control"] == "no-store"


def test_a_link_of_a_mail_is_for_that_mail_alone(digest: Digest) -> None:
    other = make_digest(digest.newsletter, occurrence="2026-12-01")
    link = share(digest)
    sharing.stop(digest_id=other.pk, by=make_staff(), now=NOW + timedelta(minutes=1))

    assert sharing.opened(token=link.token, now=NOW + timedelta(minutes=2)).digest == digest
