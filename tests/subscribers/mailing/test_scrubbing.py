"""A server's words are kept without what they must not hold."""

import pytest
from django.db import connection

from subscribers.mailing.errors import scrub
from subscribers.models import Notice
from tests.factories import NOW


def test_addresses_and_links_are_taken_out():
    words = "550 <ada@mail.example>: see https://site.example/unsubscribe/AAAA, or b@c.example."

    assert scrub(words) == "550 <[address]>: see [link] or [address]"


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ["550 no\x00such", "550 no\ud800such", "550 no\x1bsuch"])
def test_what_a_database_does_not_take_is_left_out(odd):
    said = scrub(odd)

    assert said == "550 no such"
    notice = Notice.objects.create(
        kind="test", context={"said": said}, answer=said, not_before=NOW, created_at=NOW
    )
    notice.refresh_from_db()
    assert (notice.answer, connection.vendor) == (said, connection.vendor)


def test_a_long_word_is_read_once():
    assert scrub("x" * 5_000_000, at_most=10) == "x" * 10
