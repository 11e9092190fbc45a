"""The language of each page is said, its direction too; words in another have their own."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from subscribers import links
from tests.factories import NOW, make_article, make_newsletter, make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def arabic() -> Iterator[None]:
    with translation.override("ar"):
        yield


def _head(page: str) -> str:
    found = re.search(r"<html ([^>]*)>", page)
    assert found
    return found[1]


@pytest.mark.usefixtures("arabic")
@pytest.mark.parametrize("path", ["/", "/embed/one/", "/newsletters/one/", "/nothing-here/"])
def test_a_page_in_arabic_runs_from_right_to_left(client: Any, path: str) -> None:
    make_newsletter(slug="one", language="en")
    assert _head(client.get(path).content.decode()) == 'lang="ar" dir="rtl"'


def test_a_reader_s_own_page_runs_as_his_language_does(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subscribers.languages.known", lambda: [("ar", "A"), ("en", "English")])
    newsletter = make_newsletter()
    reader = make_reader(newsletter, language="ar")
    url = links.unsubscribe_url(subscriber_id=reader.pk, newsletter_id=newsletter.pk)
    page = client.get("/" + url.split("/", 3)[3]).content.decode()
    assert _head(page) == 'lang="ar" dir="rtl"'


@pytest.mark.parametrize("path", ["/newsletters/one/", "/embed/one/", "/"])
def test_words_of_a_newsletter_in_another_language_say_so(client: Any, path: str) -> None:
    make_newsletter(slug="one", language="he", tagline="Guten Morgen")
    page = client.get(path).content.decode()
    assert _head(page) == 'lang="en"'
    assert re.search(r'<(p|span)[^>]* lang="he" dir="rtl">Guten Morgen', page)


def test_words_in_the_language_of_the_page_say_nothing(client: Any) -> None:
    make_newsletter(slug="one", language="en")
    page = client.get("/newsletters/one/").content.decode()
    assert page.count('lang="en"') == page.count('<html lang="en">') + page.count("<aside lang")


def test_a_story_in_another_language_stands_in_a_page_of_ours(client: Any) -> None:
    make_newsletter()
    page = client.get(make_article(slug="s", language="ar", published_at=NOW).get_absolute_url())
    text = page.content.decode()
    assert _head(text) == 'lang="en"'
    assert '<article lang="ar" dir="rtl">' in text
    assert '<aside lang="en" dir="ltr" class="sign-up-box' in text
