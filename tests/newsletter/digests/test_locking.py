"""Locking a draft by hand, and letting news in again."""

from datetime import timedelta

import pytest

from newsletter.digests import locking
from newsletter.models import Digest
from tests.factories import NOW, make_digest, make_schedule

pytestmark = pytest.mark.django_db
BY_RULE = timedelta(minutes=30)


@pytest.fixture
def mail() -> Digest:
    schedule = make_schedule(lock_minutes=30)
    return make_digest(schedule.newsletter, release_at=NOW + timedelta(hours=2))


def test_it_is_locked_and_opened_by_hand_without_being_edited(mail: Digest) -> None:
    assert locking.lock_now(digest_id=mail.pk, now=NOW)
    assert not locking.lock_now(digest_id=mail.pk, now=NOW)
    mail.refresh_from_db()
    assert (mail.locked_at, mail.version, mail.touched_at) == (NOW, 1, None)
    assert locking.let_news_in(digest_id=mail.pk, now=NOW)
    mail.refresh_from_db()
    assert mail.locked_at is None


def test_shortly_before_its_time_it_stays_locked(mail: Digest) -> None:
    Digest.objects.update(locked_at=NOW)
    late = NOW + timedelta(hours=2) - BY_RULE
    assert not locking.let_news_in(digest_id=mail.pk, now=late)
    mail.refresh_from_db()
    assert mail.locked_at == NOW


def test_it_says_when_it_locks(mail: Digest) -> None:
    lock = locking.lock_of(digest=mail, now=NOW)
    assert lock == locking.Lock(
        at=NOW + timedelta(hours=2) - BY_RULE, is_locked=False, is_open=True
    )


@pytest.mark.parametrize("fields", [{"release_at": None}, {"state": Digest.State.HELD}])
def test_a_mail_that_no_news_comes_into_has_no_lock(
    mail: Digest, fields: dict[str, object]
) -> None:
    Digest.objects.update(**fields)
    mail.refresh_from_db()
    assert locking.lock_of(digest=mail, now=NOW) is None
    assert not locking.lock_now(digest_id=mail.pk, now=NOW)
