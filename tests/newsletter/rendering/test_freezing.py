"""Revisions: rendered once, numbered, never the same hash for other words."""

import json

import pytest

from newsletter.models import Revision
from newsletter.rendering import message
from tests.factories import NOW, make_newsletter, make_staff
from tests.newsletter.rendering.samples import briefing

pytestmark = pytest.mark.django_db


def test_it_numbers_revisions_and_keeps_the_sender():
    digest, staff = briefing(), make_staff()

    first = message.freeze(digest=digest, approved_by=staff, now=NOW)
    second = message.freeze(digest=digest, approved_by=None, now=NOW)

    assert (first.number, second.number) == (1, 2)
    assert first.approved_by == staff
    assert first.from_address == digest.newsletter.from_address
    assert first.digest_hash == second.digest_hash


def test_other_words_have_another_hash():
    digest = briefing()
    before = message.freeze(digest=digest, approved_by=None, now=NOW)
    digest.intro = "Other words."
    digest.save()

    after = message.freeze(digest=digest, approved_by=None, now=NOW)

    assert before.digest_hash != after.digest_hash
    assert "Other words." in after.html


def test_its_page_is_plain_data_without_any_readers_links():
    revision = message.freeze(digest=briefing(), approved_by=None, now=NOW)
    revision.refresh_from_db()

    page = revision.page
    assert page["sections"][0]["items"][0]["image"]["width"] == 1200
    assert "@@" not in json.dumps(page)


def test_a_preview_is_not_saved():
    assert message.preview(digest=briefing(), now=NOW).pk is None
    assert not Revision.objects.exists()


def test_a_mailing_leaves_the_message_id_to_its_recipients():
    revision = message.freeze(digest=briefing(), approved_by=None, now=NOW)

    mailing = message.mailing(revision=revision)

    assert mailing.source == f"digest:{revision.digest_id}"
    assert "Message-ID" in revision.headers
    assert "Message-ID" not in mailing.headers


def test_rendering_takes_few_statements(django_assert_max_num_queries):
    other = make_newsletter(name="Good News")
    digest = briefing(newsletter=make_newsletter(promotes=other))

    with django_assert_max_num_queries(4):
        message.render(digest=digest, now=NOW)
