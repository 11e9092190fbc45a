"""How many processes hand mail over at the same time is the operator's choice."""

from datetime import timedelta
from uuid import uuid4

import pytest

from newsletter.delivery import drain
from newsletter.models import Slot
from tests.factories import NOW, make_readers
from tests.newsletter.delivery import ledger

pytestmark = pytest.mark.django_db


def _take_all() -> None:
    Slot.objects.update(token=uuid4(), lease_until=NOW + timedelta(seconds=60))


def test_a_larger_number_gives_a_place_to_one_more(newsletter, release, settings):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    Slot.objects.bulk_create(Slot(number=number) for number in range(settings.DRAINS))
    _take_all()
    drain.drain()
    assert ledger.check(digest) == {"pending": 3}

    settings.DRAINS += 1
    drain.drain()

    assert ledger.check(digest) == {"accepted": 3}


def test_a_smaller_number_leaves_places_empty(newsletter, release, settings):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    Slot.objects.bulk_create(Slot(number=number) for number in range(8))
    settings.DRAINS = 2
    Slot.objects.filter(number__lt=2).update(token=uuid4(), lease_until=NOW + timedelta(seconds=60))

    drain.drain()

    assert ledger.check(digest) == {"pending": 3}
