"""Following a link of a mail: always to where it led when the mail was approved."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from newsletter.models import Revision
from newsletter.tracking import redirects
from subscribers import tokens
from tests.newsletter.tracking.clicking import LINKS, counts, link, loose, with_links

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision(digest):
    return with_links(digest)


@pytest.mark.parametrize("method", ["get", "head"])
def test_it_leads_to_the_frozen_target_and_leaves_nothing_behind(method, client, revision, reader):
    response = getattr(client, method)(link(revision, reader))

    assert response.status_code == 302
    assert response["Location"] == LINKS[0]["url"]
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert not Session.objects.exists()


def test_a_target_with_other_letters_is_written_as_a_header_can_hold(client, revision):
    assert client.get(link(revision, number=1))["Location"] == "https://gazette.example/zwei-%C3%B6"


def test_only_a_click_is_counted(client, revision):
    client.head(link(revision))
    assert loose() == 0

    client.get(link(revision))
    assert loose() == 1


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_else_is_answered(method, client, revision):
    assert getattr(client, method)(link(revision)).status_code == 405


@pytest.mark.parametrize(
    "token",
    [
        "0",
        "0.",
        ".",
        "x.y",
        "0.https:evil.example",
        "0." + "A" * 24,
        "-1." + "A" * 24,
        "9" * 500,
        "0." + "A" * 100_000,
        "٣." + "A" * 24,
    ],
)
def test_a_token_that_is_none_of_ours_gets_a_kind_page(token, client, db):
    response = client.get(f"/c/{token}")

    assert response.status_code == 404
    assert "Location" not in response
    assert "This link leads nowhere." in response.text
    assert 'href="/"' in response.text
    assert loose() == 0


def test_a_token_cut_short_or_of_another_kind_leads_nowhere(client, revision, reader):
    whole = link(revision, reader)
    preferences = tokens.preferences_token(subscriber_id=reader.pk, issued_at=revision.created_at)

    for path in (whole[:-1], whole + "A", whole + "=", f"/c/0.{preferences}"):
        assert client.get(path).status_code == 404


def test_a_link_that_the_mail_does_not_have_leads_to_the_newsletter(client, revision, newsletter):
    response = client.get(link(revision, number=2))

    assert response.status_code == 404
    assert f'href="{newsletter.get_absolute_url()}"' in response.text
    assert loose() == 0


def test_nothing_in_the_address_changes_the_target(client, revision):
    response = client.get(
        link(revision) + "?url=https://evil.example/&next=//evil.example",
        headers={"x-forwarded-host": "evil.example", "referer": "https://evil.example/"},
    )
    assert response["Location"] == LINKS[0]["url"]


def test_an_edit_after_approval_changes_no_link_of_a_mail(client, digest, revision):
    newer = with_links(digest)
    newer.pk, newer.number, newer.links = None, 2, [{"url": "https://other.example/", "label": ""}]
    newer.save()

    assert client.get(link(revision))["Location"] == LINKS[0]["url"]
    assert client.get(link(newer))["Location"] == "https://other.example/"


def test_links_of_readers_who_left_or_were_erased_go_on_working(client, revision, reader):
    path = link(revision, reader)
    reader.subscriptions.all().delete()
    reader.delete()

    assert client.get(path).status_code == 302


def test_links_outlive_a_change_of_key(client, revision, settings):
    path = link(revision)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key for this site, long enough to be one"

    assert client.get(path).status_code == 302


def test_the_second_click_on_a_mail_asks_the_database_for_nothing(
    client, revision, monkeypatch, django_assert_num_queries
):
    client.get(link(revision))
    client.head(link(revision))

    with django_assert_num_queries(0):
        assert client.head(link(revision, number=1)).status_code == 302


def test_a_mail_that_is_gone_leads_to_the_front_page(client, digest, revision):
    path = link(revision)
    type(digest).objects.filter(pk=digest.pk).update(state="draft", revision=None)
    Revision.objects.filter(pk=revision.pk).delete()

    response = client.get(path)
    assert response.status_code == 404
    assert 'href="/"' in response.text


def test_a_process_remembers_a_bounded_number_of_mails(client, digest, revision, monkeypatch):
    monkeypatch.setattr(redirects, "MOST_REMEMBERED", 2)
    others = []
    for number in range(2, 6):
        revision.pk, revision.number = None, number
        revision.save()
        others.append(link(revision))
    for path in others * 2:
        assert Client().get(path).status_code == 302

    assert len(redirects._remembered) <= 2
    assert counts() == {}
