"""Which new stories go where."""

from typing import Any

import pytest

from newsletter.digests.choosing import choose
from newsletter.digests.layouts import GOOD_NEWS, MORNING_BRIEFING
from newsletter.digests.wording import cut_kindly, preheader
from newsletter.models import Article, Image

READY, WAITING = Image.State.READY, Image.State.WAITING


def story(title: str, *, picture: str = "", **fields: Any) -> Article:
    hero = Image(state=picture) if picture else None
    return Article(title=title, hero=hero, **fields)


def stories(number: int) -> list[Article]:
    return [story(str(place)) for place in range(number)]


def filled(layout: Any, found: list[Article]) -> dict[str, list[str]]:
    chosen = choose(layout=layout, stories=found)
    return {key: [story.title for story in places] for key, places in chosen.items() if places}


@pytest.mark.parametrize(
    ("number", "places"),
    [
        (0, {}),
        (1, {"lead": 1}),
        (2, {"lead": 1, "more": 1}),
        (5, {"lead": 1, "more": 4}),
        # "In brief" is worth its heading from four lines on.
        (6, {"lead": 1, "more": 4}),
        (7, {"lead": 1, "more": 2, "brief": 4}),
        (30, {"lead": 1, "more": 4, "brief": 6}),
    ],
)
def test_it_fills_the_briefing_within_its_limits(number: int, places: dict[str, int]) -> None:
    found = filled(MORNING_BRIEFING, stories(number))
    assert {key: len(titles) for key, titles in found.items()} == places


def test_it_leads_with_the_newest_story_that_has_a_picture() -> None:
    found = [story("newest"), story("waits", picture=WAITING), story("seen", picture=READY)]
    assert filled(MORNING_BRIEFING, found)["lead"] == ["seen"]


def test_it_leads_with_the_newest_story_when_none_has_a_picture() -> None:
    found = [story("newest"), story("waits", picture=WAITING)]
    assert filled(MORNING_BRIEFING, found)["lead"] == ["newest"]


def test_it_keeps_a_place_for_one_good_thing() -> None:
    found = [*stories(5), story("kind", good_news=True)]
    chosen = filled(MORNING_BRIEFING, found)
    assert chosen["good_thing"] == ["kind"]
    assert "kind" not in chosen["more"]


def test_the_picture_of_the_week_has_a_picture() -> None:
    found = [*stories(5), story("drawn", picture=READY), story("painted", picture=READY)]
    chosen = filled(GOOD_NEWS, found)
    assert (chosen["big_one"], chosen["picture"]) == (["drawn"], ["painted"])
    assert len(chosen["three_more"]) == 3


def test_no_story_stands_in_two_places() -> None:
    found = [story(str(n), picture=READY, good_news=True) for n in range(20)]
    titles = [title for places in filled(MORNING_BRIEFING, found).values() for title in places]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Short enough", "Short enough"),
        ("The harbour, after the storm", "The harbour…"),
        ("Unbreakablelongword and more", "Unbreakablelong…"),
    ],
)
def test_it_cuts_after_a_whole_word(text: str, short: str) -> None:
    assert cut_kindly(text, 16) == short
    assert len(cut_kindly(text, 16)) <= 16


def test_the_preheader_goes_on_with_further_headlines() -> None:
    line = preheader(["Tides turn at the old mill", "A lamp for every lane", "Never reached"])
    assert line == "Tides turn at the old mill · A lamp for every lane"
    assert 50 <= len(line) <= 90
