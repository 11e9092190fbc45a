"""A digest that twelve readers have."""

import pytest

from newsletter.delivery import preparation
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest
from tests.factories import NOW, make_newsletter, make_readers, make_scheduled_digest


@pytest.fixture
def sent(db: None) -> Digest:
    newsletter = make_newsletter()
    make_readers(newsletter, 12)
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    Batch.objects.update(state=Batch.State.ACCEPTED, finished_at=NOW)
    lifecycle.finish(digest_id=digest.pk, now=NOW)
    digest.refresh_from_db()
    return digest
