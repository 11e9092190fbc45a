"""While a batch is carried, whatever is said, by whomever, names its digest and itself."""

import pytest
from structlog.contextvars import clear_contextvars, get_contextvars

from newsletter.delivery import drain, preparation, submission
from newsletter.digests import lifecycle
from newsletter.models import Batch
from subscribers.clock import database_now
from tests.factories import make_newsletter, make_readers, make_scheduled_digest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def batch():
    now, newsletter = database_now(), make_newsletter()
    make_readers(newsletter, 5)
    digest = make_scheduled_digest(newsletter, release_at=now)
    lifecycle.release(digest_id=digest.pk, now=now)
    preparation.prepare(digest_id=digest.pk, now=now)
    yield Batch.objects.get()
    clear_contextvars()


def test_what_is_said_while_it_is_handed_over_is_of_it_and_what_comes_after_is_not(
    monkeypatch, batch: Batch
):
    said: list[dict] = []
    submit = submission.submit

    def listening(**given):
        said.append(get_contextvars())
        return submit(**given)

    monkeypatch.setattr(submission, "submit", listening)
    drain.drain()
    assert said == [{"digest": batch.digest_id, "batch": batch.pk}]
    assert not get_contextvars()


def test_an_error_leaves_the_ids_for_whoever_tells_of_it(monkeypatch, batch: Batch):
    def broken(**_given):
        raise RuntimeError

    monkeypatch.setattr(submission, "submit", broken)
    with pytest.raises(RuntimeError):
        drain.drain()
    assert get_contextvars() == {"digest": batch.digest_id, "batch": batch.pk}
