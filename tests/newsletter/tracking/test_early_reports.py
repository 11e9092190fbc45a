"""A report that comes before the answer to the call that it is of."""

from uuid import uuid4

import pytest
from django.utils import timezone

from newsletter.models import Batch
from newsletter.tracking import applying
from newsletter.tracking.reports import Report, Verdict
from tests.newsletter.tracking.unknown import unknown_batch

pytestmark = pytest.mark.django_db


def test_what_is_reported_while_the_call_is_still_being_made_settles_it_later(digest, reader, db):
    """Its worker dies afterwards: the provider's reports came before anybody called it unknown."""
    batch, token = unknown_batch(digest, reader), uuid4()
    Batch.objects.filter(pk=batch.pk).update(
        state="submitting", token=token, lease_until=timezone.now()
    )
    report = Report(
        verdict=Verdict.TAKEN,
        at=timezone.now(),
        source=f"digest:{digest.pk}",
        token=token,
        subscriber_id=reader.pk,
    )

    assert applying.apply(reports=[report], now=timezone.now()) == {report: applying.TOO_EARLY}
    Batch.objects.filter(pk=batch.pk).update(state="unknown")
    assert applying.apply(reports=[report], now=timezone.now()) == {}

    batch.refresh_from_db()
    assert batch.state == Batch.State.ACCEPTED
