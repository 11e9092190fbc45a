"""A newsletter's mails as Atom: valid, with absolute addresses, fetched again only when changed."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest

from newsletter.models import Digest, Revision
from newsletter.rendering import message
from subscribers.models import Newsletter
from tests.factories import NOW, make_article, make_digest, make_newsletter, make_section

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def sent(newsletter: Newsletter, **values: Any) -> Digest:
    digest = make_digest(newsletter, intro="It was quiet & <still>.", **values)
    make_section(digest, "lead", {"article": make_article(title="Harbour & <quay> reopen")})
    digest.revision = message.freeze(digest=digest, approved_by=None, now=NOW)
    digest.state, digest.sending_at = Digest.State.SENT, NOW
    digest.save()
    return digest


def fetch(client: Any, newsletter: Newsletter, **headers: str) -> Any:
    return client.get(f"{newsletter.get_absolute_url()}feed.xml", headers=headers)


def test_it_is_a_valid_feed_with_all_that_atom_requires(client: Any, settings: Any) -> None:
    newsletter = make_newsletter(name="Fish & <chips>", writer="Ines Okafor")
    digest = sent(newsletter, subject="One & <two>")
    response = fetch(client, newsletter)

    root = ElementTree.fromstring(response.content)

    assert response["Content-Type"] == "application/atom+xml"
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}title") == "Fish & <chips>"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Ines Okafor"
    (entry,) = root.findall(f"{ATOM}entry")
    page = settings.SITE_URL + digest.get_absolute_url()
    assert entry.findtext(f"{ATOM}id") == page
    assert entry.findtext(f"{ATOM}title") == "One & <two>"
    for tree in (root, entry):
        assert datetime.fromisoformat(tree.findtext(f"{ATOM}updated") or "") == NOW
        assert tree.findtext(f"{ATOM}id")
    own = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own[0].get("href") == f"{settings.SITE_URL}{newsletter.get_absolute_url()}feed.xml"
    for link in root.iter(f"{ATOM}link"):
        assert urlsplit(link.get("href") or "").scheme in {"http", "https"}


def test_a_feed_reader_gets_its_words_and_no_readers_links(client: Any, settings: Any) -> None:
    newsletter = make_newsletter()
    digest = sent(newsletter)
    read = feedparser.parse(fetch(client, newsletter).content)

    assert not read.bozo
    (entry,) = read.entries
    assert entry.link == settings.SITE_URL + digest.get_absolute_url()
    assert "It was quiet &amp; &lt;still&gt;." in entry.summary
    assert "Harbour &amp; &lt;quay&gt; reopen" in entry.summary
    assert f'href="{settings.SITE_URL}/articles/' in entry.summary
    for part in ("@@", "/unsubscribe/", "/preferences/", 'href="/'):
        assert part not in entry.summary


def test_what_did_not_change_is_not_sent_again(client: Any) -> None:
    newsletter = make_newsletter()
    sent(newsletter)
    first = fetch(client, newsletter)

    for headers in (
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
    ):
        again = fetch(client, newsletter, **headers)
        assert (again.status_code, again.content) == (304, b"")

    sent(newsletter, occurrence="2026-11-25", created_at=NOW + timedelta(days=1))
    for headers in (
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
    ):
        assert fetch(client, newsletter, **headers).status_code == 200


def test_a_correction_is_news(client: Any) -> None:
    newsletter = make_newsletter()
    digest = sent(newsletter)
    first = fetch(client, newsletter)
    digest.revision = message.freeze(digest=digest, approved_by=None, now=NOW)
    later = NOW + timedelta(hours=1)
    digest.corrected_at, digest.correction_note = later, "It opens on Sunday."
    digest.save()

    again = fetch(client, newsletter, **{"If-None-Match": first["ETag"]})

    assert again.status_code == 200
    (entry,) = feedparser.parse(again.content).entries
    assert datetime.fromisoformat(entry.updated) == later
    assert datetime.fromisoformat(entry.published) == NOW
    assert "It opens on Sunday." in entry.summary


def test_an_empty_one_is_valid_and_the_same_each_time(client: Any) -> None:
    newsletter = make_newsletter()
    first = fetch(client, newsletter)

    assert not feedparser.parse(first.content).bozo
    assert fetch(client, newsletter, **{"If-None-Match": first["ETag"]}).status_code == 304


def test_it_holds_the_newest_24_that_went_out(client: Any) -> None:
    newsletter = make_newsletter()
    for number in range(30):
        sent(newsletter, occurrence=f"2026-10-{number + 1:02}")
    Digest.objects.filter(occurrence="2026-10-30").update(state=Digest.State.CANCELLED)

    entries = feedparser.parse(fetch(client, newsletter).content).entries

    assert len(entries) == 24
    assert [entries[0].link[-11:-1], entries[-1].link[-11:-1]] == ["2026-10-29", "2026-10-06"]


def test_control_characters_and_missing_words_do_not_break_it(client: Any) -> None:
    newsletter = make_newsletter(name="Briefing\x0b\x01", tagline="A\x08b\ufffe", writer="I\x02nes")
    digest = sent(newsletter)
    Revision.objects.filter(pk=digest.revision_id).update(
        subject="Bell\x07", page={"intro": "Form\x0c feed", "sections": [{"items": [{}]}]}
    )

    assert not feedparser.parse(fetch(client, newsletter).content).bozo
    Revision.objects.filter(pk=digest.revision_id).update(page={})
    assert not feedparser.parse(fetch(client, newsletter).content).bozo


def test_pages_lead_to_it_and_search_engines_do_not(client: Any) -> None:
    newsletter = make_newsletter()
    digest = sent(newsletter)

    assert fetch(client, newsletter)["X-Robots-Tag"] == "noindex"
    for address in (newsletter.get_absolute_url(), digest.get_absolute_url()):
        html = client.get(address).content.decode()
        assert (
            f'<link rel="alternate" type="application/atom+xml" title="{newsletter.name}"'
            f' href="{newsletter.get_absolute_url()}feed.xml">' in html
        )


def test_an_unknown_newsletter_has_none(client: Any) -> None:
    assert client.get("/newsletters/nothing/feed.xml").status_code == 404
