"""Test mails of a digest."""

import pytest

from newsletter.models import Digest
from newsletter.release import testing
from subscribers import notices
from subscribers.addresses import AddressError
from subscribers.mailing.messages import PLACEHOLDER
from subscribers.models import Notice
from tests.factories import NOW, make_article, make_digest, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def digest() -> Digest:
    digest = make_digest(subject="Harbour reopens")
    section = digest.sections.create(key="lead", style="lead", position=0)
    section.items.create(article=make_article())
    return digest


def send(digest: Digest, to: str = "ines@daymark.example") -> Notice:
    return testing.send_test(digest_id=digest.pk, to=to, by=make_staff(), now=NOW)


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


def test_a_wrong_address_is_refused(digest: Digest) -> None:
    with pytest.raises(AddressError):
        send(digest, to="nobody")
    assert not Notice.objects.exists()
