import pytest

from subscribers import audience, suppression
from tests.factories import NOW, make_newsletter, make_reader

pytestmark = pytest.mark.django_db


def test_only_active_readers_that_are_neither_erased_nor_suppressed_get_mail():
    newsletter = make_newsletter()
    gets_it = make_reader(newsletter)
    make_reader(newsletter, state="pending")
    make_reader(newsletter, state="ended")
    make_reader(newsletter, erased_at=NOW)
    make_reader(make_newsletter())
    bounced = make_reader(newsletter)
    suppression.suppress(
        address_hashes=[bounced.address_hash, ""], reason="hard_bounce", detail="x" * 900, now=NOW
    )
    found = audience.deliverable(newsletter_id=newsletter.pk)
    assert [subscription.subscriber_id for subscription in found] == [gets_it.pk]


def test_the_hash_of_an_address_outlives_a_rotation_of_the_secret_key(settings):
    before = suppression.address_hash("anna@mail.example")
    settings.SECRET_KEY = "another"
    assert suppression.address_hash("anna@mail.example") == before
    assert len(before) == 32
