"""What deleting takes with it, in words; and what to do where something cannot go."""

import pytest
from django.test import Client

from config.models import StaffUser
from tests.factories import make_article, make_digest


@pytest.fixture
def boss(client: Client, db: None) -> Client:
    client.force_login(StaffUser.objects.create_superuser("boss", password="x"))
    return client


def test_it_says_what_goes_without_names_of_tables(boss: Client) -> None:
    story = make_article()
    text = boss.get(f"/admin/newsletter/article/{story.pk}/delete/").text
    assert f"Delete <em>{story}</em>?" in text
    assert "It cannot be brought back." in text
    assert "relationship" not in text
    assert "Keep it" in text


def test_a_newsletter_with_mails_stays_and_the_page_says_what_to_do(boss: Client) -> None:
    newsletter = make_digest().newsletter
    text = boss.get(f"/admin/subscribers/newsletter/{newsletter.pk}/delete/").text
    assert f"<em>{newsletter}</em> cannot be deleted" in text
    assert "What belongs to it would go too" in text
    assert "Close it to new readers" in text
    assert f'href="/admin/subscribers/newsletter/{newsletter.pk}/change/"' in text


def test_a_page_without_history_says_so_calmly(boss: Client) -> None:
    story = make_article()
    text = boss.get(f"/admin/newsletter/article/{story.pk}/history/").text
    assert "Nobody has changed this at the desk yet." in text
