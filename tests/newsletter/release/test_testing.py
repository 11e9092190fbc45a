"""Test mails of a digest."""

from datetime import timedelta

import pytest

from config.models import StaffUser
from newsletter.models import Digest
from newsletter.release import testing
from subscribers import notices
from subscribers.addresses import AddressError
from subscribers.mailing.messages import PLACEHOLDER
from subscribers.models import Notice, StaffAct
from tests.factories import NOW, make_article, make_digest, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def digest() -> Digest:
    digest = make_digest(subject="Harbour reopens")
    section = digest.sections.create(key="lead", style="lead", position=0)
    section.items.create(article=make_article())
    return digest


def send(digest: Digest, to: str = "ines@daymark.example") -> Notice:
    return testing.send_tests(digest_id=digest.pk, to=[to], by=make_staff(), now=NOW)[0]


def test_it_is_a_notice_to_one_address_and_changes_nothing(digest: Digest) -> None:
    notice = send(digest)
    assert (notice.kind, notice.staff_address) == (Notice.Kind.TEST, "ines@daymark.example")
    assert Digest.objects.get().state == Digest.State.DRAFT


def test_it_is_marked_and_holds_nobody_s_links(digest: Digest) -> None:
    mailing, recipient = notices.compose(notice=send(digest), now=NOW)
    assert mailing.subject == "[Test] Harbour reopens"
    assert recipient.address == "ines@daymark.example"
    for part in (mailing.subject, mailing.html, mailing.text):
        assert not PLACEHOLDER.search(part)
    assert "/unsubscribe/" not in mailing.html + mailing.text
    assert "List-Unsubscribe" not in mailing.headers


def test_it_shows_the_words_of_the_moment_it_is_sent(digest: Digest) -> None:
    notice = send(digest)
    Digest.objects.update(subject="Harbour open again")
    mailing, _ = notices.compose(notice=notice, now=NOW)
    assert mailing.subject == "[Test] Harbour open again"


def test_each_call_is_on_record_without_an_address(digest: Digest) -> None:
    ines = make_staff(username="ines")
    addresses = ["jo@daymark.example", "ana@example.org"]
    testing.send_tests(digest_id=digest.pk, to=addresses, by=ines, now=NOW)
    testing.send_tests(digest_id=digest.pk, to=addresses[:1], by=None, now=NOW)
    rows = StaffAct.objects.filter(act=StaffAct.Act.TESTED).order_by("pk")
    assert [(row.actor_name, row.about, row.detail) for row in rows] == [
        ("ines", str(digest), "To 2 addresses."),
        ("the service", str(digest), "To 1 address."),
    ]
    assert rows[0].target == f"newsletter.digest:{digest.pk}"


def test_one_person_sends_thirty_an_hour(digest: Digest) -> None:
    ines, jo = make_staff(username="ines"), make_staff(username="jo")

    def sends(count: int, *, by: StaffUser | None = ines, later: int = 0) -> None:
        to = [f"reader-{number}@example.org" for number in range(count)]
        at = NOW + timedelta(minutes=later)
        testing.send_tests(digest_id=digest.pk, to=to, by=by, now=at)

    sends(20)
    with pytest.raises(testing.TooManyTests, match="30 test mails an hour"):
        sends(11, later=59)
    sends(10, later=59)
    with pytest.raises(testing.TooManyTests):
        sends(1, later=59)
    assert (Notice.objects.count(), StaffAct.objects.count()) == (30, 2)
    sends(1, by=jo, later=59)
    sends(31, by=None, later=59)
    sends(20, later=61)


def test_a_wrong_address_is_refused(digest: Digest) -> None:
    with pytest.raises(AddressError):
        send(digest, to="nobody")
    assert not Notice.objects.exists()
