"""Which new stories go where."""

from dataclasses import asdict
from itertools import count
from typing import Any

import pytest

from newsletter.digests.choosing import Choice, choose
from newsletter.digests.layouts import GOOD_NEWS, MORNING_BRIEFING, Layout
from newsletter.digests.wording import cut_kindly, preheader
from newsletter.models import Article, Image, SectionPlan

_ids = count(1)
READY, WAITING = Image.State.READY, Image.State.WAITING


def story(title: str, *, picture: str = "", **fields: Any) -> Article:
    hero = Image(state=picture) if picture else None
    return Article(pk=next(_ids), title=title, hero=hero, **fields)


def stories(number: int) -> list[Article]:
    return [story(str(place)) for place in range(number)]


def plans_of(layout: Layout) -> list[SectionPlan]:
    return [SectionPlan(position=n, **asdict(one)) for n, one in enumerate(layout.sections)]


def chosen_from(layout: Layout, found: list[Article], **more: Any) -> dict[str, list[Choice]]:
    plans = plans_of(layout)
    good = [story for story in found if story.good_news]
    pools = {plan.key: good if plan.only_good_news else found for plan in plans}
    return choose(plans=plans, pools=pools, **more)


def filled(layout: Layout, found: list[Article], **more: Any) -> dict[str, list[str]]:
    chosen = chosen_from(layout, found, **more)
    return {key: [one.article.title for one in places] for key, places in chosen.items() if places}


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


def test_what_is_kept_counts_against_the_limits() -> None:
    found = filled(MORNING_BRIEFING, stories(30), kept={"lead": 1, "more": 3})
    assert {key: len(titles) for key, titles in found.items()} == {"more": 1, "brief": 6}


def test_what_is_used_elsewhere_is_not_chosen() -> None:
    found = stories(3)
    assert filled(MORNING_BRIEFING, found, used={found[0].pk})["lead"] == ["1"]


def test_it_says_why() -> None:
    found = [story("newest"), story("seen", picture=READY), *stories(3)]
    found.append(story("kind", good_news=True))
    chosen = chosen_from(MORNING_BRIEFING, found)
    reasons = {one.article.title: one.reason for places in chosen.values() for one in places}
    assert reasons["seen"] == "the newest story with a picture"
    assert reasons["newest"] == "the newest story"
    assert reasons["kind"] == "the newest good news"
    assert reasons["0"] == "one of the newest stories"


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
