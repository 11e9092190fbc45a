"""What happened to a mail stays as it was written."""

import pytest
from django.db import IntegrityError, transaction

from newsletter.models import Attempt, Batch, DigestChange, ExceptionChange
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def _rows(digest):
    batch = Batch.objects.get()
    Attempt.objects.create(
        batch=batch,
        token="6b1f6c3e-0f4c-4a58-9a5c-3b1a1b2c3d4e",
        provider="outbox",
        revision=digest.revision,
        outcome="unknown",
        at=NOW,
    )
    ExceptionChange.objects.create(digest_id=digest.pk, subscriber_id=1, new="failed", at=NOW)


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Attempt, {"outcome": "failed"}),
        (ExceptionChange, {"new": "left"}),
        (DigestChange, {"new": "x"}),
    ],
)
def test_it_is_not_changed(sent, model, change):
    _rows(sent)
    assert model.objects.exists()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        model.objects.update(**change)


def test_a_readers_changes_are_not_deleted(sent):
    _rows(sent)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ExceptionChange.objects.all().delete()
