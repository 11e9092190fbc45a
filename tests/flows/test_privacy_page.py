"""What is held of readers is told in plain words, one link away from every page and form."""

from typing import Any

import pytest

from tests.factories import make_newsletter

pytestmark = pytest.mark.django_db


def test_it_tells_what_is_kept_and_how_to_reach_us(client: Any) -> None:
    page = client.get("/privacy/").content.decode()
    for words in ("The Daymark", "30 days", "Your data", "Unsubscribe", "desk@daymark.example"):
        assert words in page
    assert "noindex" not in page


def test_the_footer_leads_to_it_and_to_past_mails(client: Any) -> None:
    make_newsletter(slug="one", position=1)
    make_newsletter(slug="two", position=2)
    footer = client.get("/privacy/").content.decode().partition("<footer")[2]
    assert 'href="/privacy/"' in footer
    assert footer.count('href="/newsletters/one/#past-title"') == 1
    assert "/newsletters/two/#past-title" not in footer


@pytest.mark.parametrize("path", ["/", "/embed/one/", "/newsletters/one/"])
def test_each_form_leads_to_it_beside_its_consent(client: Any, path: str) -> None:
    make_newsletter(slug="one")
    page = client.get(path).content.decode()
    assert 'in our mail. <a href="/privacy/">' in page
