"""The page that a flood of sign-ups is answered with: drawn once, with the word of each."""

import pytest
from django.test import RequestFactory
from django.utils import translation

from subscribers import offers
from subscribers.views import kept_page

TEMPLATE = "subscribers/check_your_inbox.html"


@pytest.fixture(autouse=True)
def _kept_for_a_minute(db, monkeypatch):
    monkeypatch.setattr(offers, "KEPT", 60.0)
    # Or other tests would see the newsletters of these.
    monkeypatch.setattr(offers, "_kept", offers._Kept())
    monkeypatch.setattr(kept_page, "_kept", {})


@pytest.fixture
def drawn(monkeypatch):
    """How often a page was drawn."""
    seen = []
    draw = kept_page.render_to_string

    def render(*args, **kwargs):
        seen.append(args)
        return draw(*args, **kwargs)

    monkeypatch.setattr(kept_page, "render_to_string", render)
    return seen


def _page(word, **context):
    request = RequestFactory().get("/")
    return kept_page.filled(
        request, TEMPLATE, {"newsletter": None, **context}, name="address", word=word
    )


def test_each_gets_his_own_word_and_it_is_drawn_once(drawn):
    anna, bob = _page("anna@mail.example"), _page("bob@mail.example")
    assert len(drawn) == 1
    assert "<strong>anna@mail.example</strong>" in anna
    assert "anna" not in bob
    assert bob == anna.replace("anna@", "bob@")


def test_a_word_is_escaped_as_a_template_would():
    assert "<strong>&lt;i&gt;&amp;&quot;&#x27;</strong>" in _page("<i>&\"'")


def test_pages_are_told_apart_by_language_and_by_what_they_are_made_from(drawn):
    _page("a@mail.example")
    with translation.override("de"):
        assert 'lang="de"' in _page("a@mail.example")
    _page("a@mail.example", action="/embed/good-news/")
    assert len(drawn) == 3


def test_it_is_drawn_anew_when_its_time_is_over(drawn, monkeypatch):
    monkeypatch.setattr(offers, "KEPT", 0.0)
    _page("a@mail.example")
    _page("a@mail.example")
    assert len(drawn) == 2


def test_it_keeps_no_more_than_so_many(monkeypatch):
    monkeypatch.setattr(kept_page, "_MOST_KEPT", 3)
    for number in range(10):
        _page("a@mail.example", action=str(number))
    assert len(kept_page._kept) <= 3
