"""What is approved is exactly what was looked at, and any change makes the approval void."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from config.models import StaffUser
from newsletter.models import Article, Digest, Item, Revision
from newsletter.release import approval, checking, readiness
from newsletter.release.consent import ChangedMeanwhile, Said
from newsletter.rendering import message
from newsletter.scheduling.planning import plan
from subscribers.models import Newsletter, Notice
from tests.factories import NOW, make_article

pytestmark = pytest.mark.django_db

DUE = NOW + timedelta(minutes=1)


def state(digest: Digest) -> str:
    return Digest.objects.get(pk=digest.pk).state


@pytest.fixture
def told(ready: Digest) -> Digest:
    """With a story in it."""
    Item.objects.update(article=make_article(), link="", headline="")
    return ready


@pytest.fixture
def approved(told: Digest, ines: StaffUser) -> Digest:
    approval.schedule(digest_id=told.pk, release_at=NOW, by=ines, now=NOW)
    return told


CHANGES: dict[str, Callable[[], object]] = {
    "a story": lambda: Article.objects.update(title="Harbour stays closed"),
    "the preview line": lambda: Digest.objects.update(preheader="Another line"),
    "the sender": lambda: Newsletter.objects.update(from_name="Somebody else"),
    "the newsletter's name": lambda: Newsletter.objects.update(name="Evening Post"),
    "the layout": lambda: Digest.objects.update(layout="good_news"),
}


def test_what_changed_since_it_was_looked_at_is_refused(told: Digest, ines: StaffUser) -> None:
    seen = readiness.look(digest=told, now=NOW).digest_hash
    Article.objects.update(title="Harbour stays closed")
    with pytest.raises(ChangedMeanwhile, match="Look again"):
        approval.approve(digest_id=told.pk, by=ines, now=NOW, said=Said(seen=seen))
    assert state(told) == "draft"
    assert not Revision.objects.exists()


def test_what_was_looked_at_is_what_is_frozen(told: Digest, ines: StaffUser) -> None:
    seen = readiness.look(digest=told, now=NOW).digest_hash
    revision = approval.approve(digest_id=told.pk, by=ines, now=NOW, said=Said(seen=seen))
    assert revision.digest_hash == seen


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_each_part_of_a_mail_is_in_its_hash(told: Digest, change: Callable[[], object]) -> None:
    before = message.preview(digest=told, now=NOW).digest_hash
    change()
    after = message.preview(digest=Digest.objects.get(pk=told.pk), now=NOW).digest_hash
    assert after != before


def test_an_approval_stands_while_nothing_changes(approved: Digest) -> None:
    checking.look_again(now=NOW)
    assert state(approved) == "scheduled"
    plan(now=DUE)
    assert state(approved) == "preparing"


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_any_change_makes_it_void_within_a_minute_and_staff_are_told(
    approved: Digest, change: Callable[[], object]
) -> None:
    change()
    checking.look_again(now=NOW)
    approved.refresh_from_db()
    assert (approved.state, approved.revision, approved.reason) == ("draft", None, approval.CHANGED)
    assert "a story in it was corrected" in Notice.objects.get().context["message"]


def test_at_its_time_it_is_held_and_nobody_gets_words_that_are_not_approved(
    approved: Digest,
) -> None:
    Article.objects.update(title="Harbour stays closed")
    plan(now=DUE)
    plan(now=DUE)
    approved.refresh_from_db()
    assert approved.state == "held"
    assert approved.reason == "It changed since it was approved, and nobody approved it again."


def test_where_mails_go_by_themselves_the_corrected_one_does(approved: Digest) -> None:
    approved.newsletter.schedule.approval = "automatic"
    approved.newsletter.schedule.save()
    Article.objects.update(title="Harbour stays closed")
    plan(now=DUE)
    plan(now=DUE)
    approved.refresh_from_db()
    assert approved.state == "preparing"
    assert approved.revision is not None
    assert "Harbour stays closed" in approved.revision.html


def test_where_untouched_mails_are_skipped_one_that_was_approved_is_held(approved: Digest) -> None:
    approved.newsletter.schedule.approval = "or_skip"
    approved.newsletter.schedule.save()
    Article.objects.update(title="Harbour stays closed")
    plan(now=DUE)
    plan(now=DUE)
    assert state(approved) == "held"


def test_a_person_does_not_send_it_unseen_either(approved: Digest, ines: StaffUser) -> None:
    Article.objects.update(title="Harbour stays closed")
    with pytest.raises(ChangedMeanwhile):
        approval.send_now(digest_id=approved.pk, by=ines, now=NOW)


def test_an_embargo_set_after_the_approval_holds_it(approved: Digest) -> None:
    Article.objects.update(embargo_until=NOW + timedelta(hours=3))
    plan(now=DUE)
    approved.refresh_from_db()
    assert (approved.state, "must not be told" in approved.reason) == ("held", True)
