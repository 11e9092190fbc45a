"""A digest on the web: what readers got, without any reader's links, and never a draft."""

import re
from typing import Any

import pytest

from newsletter.models import Digest, Revision
from newsletter.rendering import message
from tests.factories import (
    NOW,
    make_article,
    make_digest,
    make_newsletter,
    make_scheduled_digest,
    make_section,
)

pytestmark = pytest.mark.django_db

State = Digest.State


def sent(**values: Any) -> Digest:
    """A digest with a lead and a brief, frozen by the real rendering."""
    newsletter = make_newsletter(writer="Ines Okafor")
    digest = make_digest(newsletter, intro="It was quiet.\n\nThen it was not.", **values)
    make_section(digest, "lead", {"article": make_article(title="Harbour & <quay> reopen")})
    make_section(digest, "brief", {"headline": "In short", "blurb": "Words.", "link": ""})
    digest.revision = message.freeze(digest=digest, approved_by=None, now=NOW)
    digest.state, digest.sending_at = State.SENT, NOW
    digest.save()
    return digest


def test_it_shows_what_readers_got(client: Any) -> None:
    html = client.get(sent().get_absolute_url()).content.decode()

    assert "Harbour &amp; &lt;quay&gt; reopen" in html
    assert "In short" in html
    assert "<p>Then it was not.</p>" in html
    assert "Tuesday 24 November 2026" in html
    assert "What else matters" not in html


def test_it_holds_no_readers_links_and_no_placeholders(client: Any) -> None:
    html = client.get(sent().get_absolute_url()).content.decode()

    for part in ("@@", "/unsubscribe/", "/preferences/"):
        assert part not in html


def test_links_to_this_site_work_under_any_of_its_names(client: Any, settings: Any) -> None:
    html = client.get(sent().get_absolute_url()).content.decode()

    assert 'href="/articles/' in html
    assert f'href="{settings.SITE_URL}/articles/' not in html


@pytest.mark.parametrize("state", [State.DRAFT, State.APPROVED, State.SCHEDULED, State.PREPARING])
def test_nobody_sees_it_before_the_first_reader(client: Any, state: State) -> None:
    digest = make_scheduled_digest()
    digest.state = state
    digest.save()

    assert client.get(digest.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("state", [State.SENDING, State.PAUSED, State.SENT, State.CANCELLED])
def test_those_who_have_it_find_it(client: Any, state: State) -> None:
    digest = make_scheduled_digest()
    digest.state, digest.sending_at = state, NOW
    digest.save()

    assert client.get(digest.get_absolute_url()).status_code == 200


def test_one_that_was_stopped_is_not_for_search_engines(client: Any) -> None:
    digest = sent()
    noindex = '<meta name="robots" content="noindex">'
    assert noindex not in client.get(digest.get_absolute_url()).content.decode()

    Digest.objects.filter(pk=digest.pk).update(state=State.CANCELLED)

    assert noindex in client.get(digest.get_absolute_url()).content.decode()


def test_it_leads_to_the_mails_before_and_after_it(client: Any) -> None:
    digest = sent()
    newsletter = digest.newsletter
    for occurrence, state in (
        ("2026-11-20", State.SENT),
        ("2026-11-23", State.SENT),
        ("2026-11-23-2", State.CANCELLED),
        ("2026-11-24-2", State.SENDING),
        ("2026-11-25", State.DRAFT),
    ):
        other = make_scheduled_digest(newsletter, occurrence=occurrence)
        Digest.objects.filter(pk=other.pk).update(state=state, sending_at=NOW)

    html = client.get(digest.get_absolute_url()).content.decode()

    base = newsletter.get_absolute_url()
    assert re.findall(r'rel="(\w+)" href="([^"]*)"', html.partition("<main")[2]) == [
        ("prev", f"{base}2026-11-23/"),
        ("next", f"{base}2026-11-24-2/"),
    ]
    assert f'href="{base}#past-title"' in html


def test_it_shows_the_newest_words_and_what_changed(client: Any) -> None:
    digest = sent()
    digest.intro = "It was not quiet at all."
    digest.save()
    digest.revision = message.freeze(digest=digest, approved_by=None, now=NOW)
    digest.corrected_at, digest.correction_note = NOW, "It was <loud>."
    digest.save()

    html = client.get(digest.get_absolute_url()).content.decode()

    assert "It was not quiet at all." in html
    assert "It was quiet." not in html
    assert "It was &lt;loud&gt;." in html
    assert "24 November 2026, 6:00 am London time" in html


def test_a_correction_mailed_later_and_what_it_corrects_lead_to_each_other(client: Any) -> None:
    digest = sent()
    correction = make_scheduled_digest(
        digest.newsletter, occurrence="2026-11-24-2", corrects=digest, subject="Correction"
    )
    assert "Read the correction" not in client.get(digest.get_absolute_url()).content.decode()

    Digest.objects.filter(pk=correction.pk).update(state=State.SENT, sending_at=NOW)

    html = client.get(digest.get_absolute_url()).content.decode()
    assert "Corrected by a mail of 24 November 2026, 6:00 am London time." in html
    assert f'<a href="{correction.get_absolute_url()}">Read the correction</a>' in html
    html = client.get(correction.get_absolute_url()).content.decode()
    assert f'This corrects <a href="{digest.get_absolute_url()}">' in html


def test_a_revision_without_page_data_does_not_break_it(client: Any) -> None:
    digest = sent()
    Revision.objects.filter(pk=digest.revision_id).update(page={})

    assert client.get(digest.get_absolute_url()).status_code == 200


def test_it_offers_its_newsletter(client: Any) -> None:
    digest = sent()
    html = client.get(digest.get_absolute_url()).content.decode()

    assert f'<input type="hidden" name="newsletters" value="{digest.newsletter.slug}">' in html


def test_one_of_another_newsletter_is_404(client: Any) -> None:
    digest = sent()

    assert client.get(f"/newsletters/other/{digest.occurrence}/").status_code == 404
    assert client.get(f"{digest.newsletter.get_absolute_url()}2020-01-01/").status_code == 404
