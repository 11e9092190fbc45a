"""News that comes in at the moment of an edit or an approval: nothing is lost."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from newsletter.digests.editing import rewrite, standing
from newsletter.digests.edits import EditConflict
from newsletter.models import Digest, Item
from newsletter.release import approval
from newsletter.scheduling import refilling
from newsletter.scheduling.planning import plan
from tests.factories import make_article, make_reader, make_schedule, make_staff
from tests.newsletter.scheduling.planned import LEAD

LATER = LEAD + timedelta(minutes=40)
# As long as the other one surely waits for the row.
MOMENT = 0.3

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer."),
]


@pytest.fixture
def draft(transactional_db: None) -> Digest:
    make_reader(make_schedule().newsletter)
    for number in range(5):
        make_article(title=f"Old {number}", published_at=LEAD - timedelta(minutes=number + 1))
    plan(now=LEAD)
    make_article(title="Fresh", published_at=LATER)
    return Digest.objects.get()


def while_open(first: Callable[[], object], second: Callable[[], object]) -> BaseException | None:
    """Do `second` while the transaction of `first` is open; returns what it raised."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            second()
        except BaseException as error:  # noqa: BLE001  (returned)
            raised.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        first()
        other.start()
        time.sleep(MOMENT)
        assert other.is_alive()
    other.join(30)
    return raised[0] if raised else None


def refill() -> None:
    refilling.refill(now=LATER)


def edit_of(digest: Digest) -> Callable[[], None]:
    """An edit from the version that stands now."""
    items, version, by = standing(digest=digest), digest.version, make_staff()

    def edit() -> None:
        rewrite(
            digest_id=digest.pk,
            version=version,
            words={"subject": "By hand"},
            items=items,
            by=by,
            now=LATER,
        )

    return edit


def lead() -> str:
    item = Item.objects.select_related("article").get(section__key="lead")
    assert item.article
    return item.article.title


def test_an_edit_that_comes_first_stands_and_the_news_comes_in_after_it(draft: Digest) -> None:
    assert while_open(edit_of(draft), refill) is None
    draft.refresh_from_db()
    assert (draft.subject, lead(), draft.version) == ("By hand", "Fresh", 3)


def test_an_edit_that_comes_second_is_refused_and_not_half_done(draft: Digest) -> None:
    refused = while_open(refill, edit_of(draft))
    assert isinstance(refused, EditConflict)
    draft.refresh_from_db()
    assert (draft.subject, lead(), draft.touched_at) == ("Fresh", "Fresh", None)


def test_what_is_approved_first_is_not_refilled(draft: Digest) -> None:
    by = make_staff()
    approve = lambda: approval.approve(digest_id=draft.pk, by=by, now=LATER)  # noqa: E731
    assert while_open(approve, refill) is None
    draft.refresh_from_db()
    assert (draft.state, lead()) == (Digest.State.APPROVED, "Old 0")


def test_an_approval_that_comes_second_freezes_the_news_too(draft: Digest) -> None:
    by = make_staff()
    approve = lambda: approval.approve(digest_id=draft.pk, by=by, now=LATER)  # noqa: E731
    assert while_open(refill, approve) is None
    draft.refresh_from_db()
    assert draft.revision
    assert draft.state == Digest.State.APPROVED
    assert "Fresh" in draft.revision.text
    assert draft.revision.subject == "Fresh"
