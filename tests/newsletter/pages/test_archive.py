"""Past mails of a newsletter: by month, newest first, 24 a page, paged by key."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.models import Digest
from subscribers.models import Newsletter
from tests.factories import (
    NOW,
    make_digest,
    make_newsletter,
    make_revision,
    make_schedule,
    make_scheduled_digest,
)

pytestmark = pytest.mark.django_db

FIRST = date(2026, 9, 1)


def make_past(newsletter: Newsletter, how_many: int = 1, **values: Any) -> list[Digest]:
    """Mails of so many days from 1 September on, all sent."""
    return [
        sent(newsletter, occurrence=(FIRST + timedelta(days=number)).isoformat(), **values)
        for number in range(how_many)
    ]


def sent(newsletter: Newsletter, *, intro: str = "", **values: Any) -> Digest:
    occurrence = values["occurrence"]
    state = values.pop("state", Digest.State.SENT)
    digest = make_digest(newsletter, **({"subject": f"Mail of {occurrence}"} | values))
    page = {"intro": intro, "sections": [{"items": [{"blurb": "The first story begins."}]}]}
    digest.revision = make_revision(digest, page=page)
    digest.state = state
    digest.sending_at = NOW
    digest.save()
    return digest


def days(html: str) -> list[str]:
    return re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)"', html)


def lead(html: str, rel: str) -> str:
    """Where a link with this `rel` leads, "" without one."""
    found = re.search(rf'rel="{rel}" href="([^"]*)"', html)
    return found[1] if found else ""


def read(client: Any, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def test_it_lists_them_by_month_newest_first(client: Any) -> None:
    newsletter = make_newsletter()
    for occurrence in ("2026-10-30", "2026-11-02", "2026-11-02-2", "2026-09-15"):
        sent(newsletter, occurrence=occurrence)

    html = read(client, newsletter.get_absolute_url())

    assert days(html) == ["2026-11-02", "2026-11-02", "2026-10-30", "2026-09-15"]
    months = re.findall(r'<h3 class="past-month">([^<]*)', html)
    assert months == ["November 2026", "October 2026", "September 2026"]
    assert html.index("2026-11-02-2/") < html.index("Mail of 2026-11-02<")
    assert "Monday 2 November 2026" in html


def test_each_shows_the_first_fifteen_words_of_what_it_says(client: Any) -> None:
    newsletter = make_newsletter()
    words = " ".join(f"word{number}" for number in range(20))
    sent(newsletter, occurrence="2026-11-02", intro=f"{words} <b>bold</b>")
    sent(newsletter, occurrence="2026-11-03", intro="<script>1</script>")
    sent(newsletter, occurrence="2026-11-04")

    html = read(client, newsletter.get_absolute_url())

    assert "word14…" in html
    assert "word15" not in html
    assert "&lt;script&gt;1" in html
    assert "The first story begins." in html


def test_what_is_not_sent_or_was_withdrawn_is_absent(client: Any) -> None:
    newsletter = make_newsletter()
    hidden = set(Digest.State.values) - {"sent", "sending"}
    for number, state in enumerate(sorted(hidden)):
        sent(newsletter, occurrence=f"2026-11-{number + 1:02}", state=state)
    sent(newsletter, occurrence="2026-10-01", state="sending")
    sent(make_newsletter(), occurrence="2026-10-02")

    assert days(read(client, newsletter.get_absolute_url())) == ["2026-10-01"]


@pytest.mark.parametrize("how_many", [1, 24, 25, 48, 49, 60])
def test_every_mail_stands_on_one_page_both_ways(client: Any, how_many: int) -> None:
    newsletter = make_newsletter()
    everything = [digest.occurrence for digest in make_past(newsletter, how_many)][::-1]

    address, down, pages = newsletter.get_absolute_url(), [], []
    while address:
        html = read(client, address)
        shown = days(html)
        assert 1 <= len(shown) <= 24
        down += shown
        pages.append(address)
        last, address = address, lead(html, "next")
    assert down == everything
    assert len(pages) == -(-how_many // 24)

    back = [last]
    while newer := lead(read(client, back[-1]), "prev"):
        back.append(newer)
    assert back[::-1] == pages, "a page has one address, wherever one comes from"


def test_an_older_page_has_its_own_address_and_a_line_to_subscribe(
    client: Any, settings: Any
) -> None:
    newsletter = make_newsletter()
    make_past(newsletter, 30)
    html = read(client, newsletter.get_absolute_url())
    older = lead(html, "next")

    html = read(client, older)

    assert f'rel="canonical" href="{settings.SITE_URL}{older}"' in html
    assert f'href="{newsletter.get_absolute_url()}#content"' in html
    assert f"Get the {newsletter.name}" in html


def test_a_closed_newsletter_invites_nobody(client: Any) -> None:
    newsletter = make_newsletter(is_open=False)
    make_past(newsletter, 30)

    for query in ("", "?before=2026-09-05"):
        html = read(client, f"{newsletter.get_absolute_url()}{query}")
        assert "Rather in your inbox" not in html


def test_a_corrected_one_says_so(client: Any) -> None:
    newsletter = make_newsletter()
    sent(newsletter, occurrence="2026-11-02", corrected_at=NOW, correction_note="Sunday.")

    assert '<span class="corrected">corrected</span>' in read(client, newsletter.get_absolute_url())


def test_before_the_first_it_says_when_that_comes(client: Any) -> None:
    newsletter = make_newsletter()
    html = read(client, newsletter.get_absolute_url())
    assert "None has gone out yet." in html
    assert "Rather in your inbox?" not in html

    make_schedule(newsletter)

    html = read(client, newsletter.get_absolute_url())
    assert re.search(r"The first one goes out on \w+day \d+ \w+ \d{4}\.", html)


def test_a_draft_does_not_count_as_the_first(client: Any) -> None:
    newsletter = make_newsletter()
    make_scheduled_digest(newsletter)

    assert "past-list" not in read(client, newsletter.get_absolute_url())


@pytest.mark.parametrize(
    "before",
    ["", "x", "2026-09", "x'--", "2026-09-01%00", "2026-0\u0669-01", "1999-01-01"],
)
def test_a_place_that_no_list_has_is_not_found_or_the_first_page(client: Any, before: str) -> None:
    newsletter = make_newsletter()
    make_past(newsletter, 2)

    response = client.get(f"{newsletter.get_absolute_url()}?before={before}")

    assert response.status_code == (200 if before == "" else 404)


def test_a_page_costs_as_many_statements_for_many_mails_as_for_few(client: Any) -> None:
    newsletter = make_newsletter()
    make_past(newsletter, 2)
    address = newsletter.get_absolute_url()
    with CaptureQueriesContext(connection) as few:
        read(client, address)
    for number in range(60):
        sent(newsletter, occurrence=(date(2026, 1, 1) + timedelta(days=number)).isoformat())
    with CaptureQueriesContext(connection) as many:
        read(client, address)

    assert len(many) == len(few)
    assert not [one for one in many if "OFFSET" in one["sql"]]
    assert not [one for one in many if '"newsletter_revision"."html"' in one["sql"]]
