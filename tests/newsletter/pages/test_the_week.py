"""Weekly mails among the past ones: marked, and never "the latest"."""

import re
from typing import Any

import pytest

from newsletter.digests import queries
from newsletter.models import Digest
from subscribers.models import Newsletter
from tests.factories import NOW, make_newsletter
from tests.newsletter.pages.test_archive import lead, make_past, read, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsletter() -> Newsletter:
    return make_newsletter(name="Morning Briefing", slug="morning-briefing")


def the_week(newsletter: Newsletter, day: str = "2026-11-28", **values: Any) -> Digest:
    fields = {"is_weekly": True, "layout": "what_you_missed", "subject": "The week: a heron"}
    return sent(newsletter, occurrence=f"{day}-week", **(fields | values))


def test_it_stands_among_the_past_mails_and_says_what_it_is(
    newsletter: Newsletter, client: Any
) -> None:
    the_week(newsletter)
    sent(newsletter, occurrence="2026-11-27")
    html = read(client, "/newsletters/morning-briefing/")
    assert html.count('<span class="the-week">The week</span>') == 1
    assert "/newsletters/morning-briefing/2026-11-28-week/" in html
    assert "Saturday 28 November 2026" in html


def test_older_ones_are_found_before_it(newsletter: Newsletter, client: Any) -> None:
    [first, *_] = make_past(newsletter, 24)
    the_week(newsletter, "2026-09-12")
    html = read(client, "/newsletters/morning-briefing/")
    [older] = re.findall(r"\?before=([\w-]+)", lead(html, "next") or lead(html, "prev"))
    assert first.get_absolute_url() in read(
        client, f"/newsletters/morning-briefing/?before={older}"
    )
    page = read(client, "/newsletters/morning-briefing/?before=2026-09-12-week")
    assert first.get_absolute_url() in page
    wrong = client.get("/newsletters/morning-briefing/?before=2026-09-12-weak")
    assert wrong.status_code == 404


def test_its_page_says_the_week(newsletter: Newsletter, client: Any) -> None:
    digest = the_week(newsletter)
    html = read(client, digest.get_absolute_url())
    assert '<p class="the-week">The week</p>' in html
    regular = sent(newsletter, occurrence="2026-11-27")
    assert "the-week" not in read(client, regular.get_absolute_url())


def test_feed_readers_can_tell_it_from_the_others(newsletter: Newsletter, client: Any) -> None:
    the_week(newsletter)
    sent(newsletter, occurrence="2026-11-27")
    feed = read(client, "/newsletters/morning-briefing/feed.xml")
    assert feed.count('<category term="The week"') == 1


def test_the_latest_is_a_regular_one(newsletter: Newsletter, client: Any) -> None:
    regular = sent(newsletter, occurrence="2026-11-27")
    Digest.objects.filter(pk=the_week(newsletter).pk).update(sending_at=NOW.replace(hour=23))
    assert queries.latest_sent(newsletter=newsletter) == regular
    html = read(client, "/")
    assert regular.get_absolute_url() in html
    assert "-week" not in html


def test_mails_before_and_after_lead_to_it(newsletter: Newsletter) -> None:
    friday = sent(newsletter, occurrence="2026-11-27")
    saturday = sent(newsletter, occurrence="2026-11-28-2")
    weekly = the_week(newsletter)
    monday = sent(newsletter, occurrence="2026-11-30")
    assert queries.neighbours(digest=weekly) == (saturday, monday)
    assert queries.neighbours(digest=saturday) == (friday, weekly)
