"""Two people in one mail: what both did stands there, and nobody's words are lost."""

import json
from dataclasses import replace
from typing import Any

import pytest

from newsletter.digests.editing import ItemWords
from newsletter.digests.merging import Change, Collision, differences, merge
from newsletter.digests.snapshots import Snapshot, as_json, from_json

A, B, C = (ItemWords(section_id=1, item_id=pk, headline=f"Story {pk}") for pk in (1, 2, 3))
WORDS = {"subject": "Harbour", "preheader": "", "intro": "", "sign_off": ""}


def mail(*items: ItemWords, **words: str) -> Snapshot:
    return Snapshot(words=WORDS | words, items=list(items))


BASE = mail(A, B, C)


def headlines(there: Snapshot) -> list[str]:
    return [item.headline for item in there.items]


def test_my_headline_and_their_order_both_stand() -> None:
    mine, theirs = mail(A, replace(B, headline="Mine"), C), mail(C, A, B)
    merged = merge(base=BASE, mine=mine, theirs=theirs)
    assert headlines(merged.result) == ["Story 3", "Story 1", "Mine"]
    assert not merged.collisions


def test_my_order_and_their_headline_both_stand() -> None:
    mine, theirs = mail(C, A, B), mail(replace(A, headline="Theirs"), B, C, subject="Ferries")
    merged = merge(base=BASE, mine=mine, theirs=theirs)
    assert headlines(merged.result) == ["Story 3", "Theirs", "Story 2"]
    assert merged.result.words["subject"] == "Ferries"


def test_other_words_in_one_field_are_both_kept_to_choose_from() -> None:
    mine = mail(replace(A, headline="Mine"), B, C, subject="My subject")
    theirs = mail(replace(A, headline="Theirs"), B, C, subject="Their subject")
    merged = merge(base=BASE, mine=mine, theirs=theirs)
    assert merged.collisions == (
        Collision(None, "subject", "My subject", "Their subject"),
        Collision(1, "headline", "Mine", "Theirs"),
    )
    assert headlines(merged.result)[0] == "Mine"


def test_the_same_words_from_both_are_no_collision() -> None:
    both = mail(replace(A, headline="Same"), B, C)
    assert not merge(base=BASE, mine=both, theirs=both).collisions


def test_what_either_added_is_there_after_what_it_was_put_after() -> None:
    late = ItemWords(section_id=1, item_id=9, headline="Theirs, new")
    mine = mail(A, B, ItemWords(section_id=1, headline="Mine, new"), C)
    merged = merge(base=BASE, mine=mine, theirs=mail(A, late, B, C))
    assert headlines(merged.result) == ["Story 1", "Theirs, new", "Story 2", "Mine, new", "Story 3"]


def test_a_story_that_both_put_in_stands_in_it_once() -> None:
    chosen = ItemWords(section_id=1, item_id=9, article_id=7, image_alt="Its title")
    put = ItemWords(section_id=2, article_id=7, key="7f3a")
    merged = merge(base=BASE, mine=mail(A, B, C, put), theirs=mail(A, chosen, B, C))
    # What a person put there goes before what a rule chose.
    assert [item for item in merged.result.items if item.article_id] == [put]
    kept = replace(chosen, is_kept=True)
    merged = merge(base=BASE, mine=mail(A, B, C, put), theirs=mail(A, kept, B, C))
    assert [item for item in merged.result.items if item.article_id] == [kept]


def test_a_story_that_both_wrote_about_keeps_the_words_of_both() -> None:
    theirs = ItemWords(section_id=1, item_id=9, article_id=7, headline="Theirs")
    mine = ItemWords(section_id=2, article_id=7, headline="Mine")
    merged = merge(base=BASE, mine=mail(A, B, C, mine), theirs=mail(A, theirs, B, C))
    assert {"Theirs", "Mine"} <= set(headlines(merged.result))


def test_an_item_that_one_emptied_and_the_other_took_out_is_gone() -> None:
    emptied = replace(B, headline="")
    for mine, theirs in ((mail(A, emptied, C), mail(A, C)), (mail(A, C), mail(A, emptied, C))):
        merged = merge(base=BASE, mine=mine, theirs=theirs)
        assert headlines(merged.result) == ["Story 1", "Story 3"]


def test_what_either_took_out_is_gone() -> None:
    merged = merge(base=BASE, mine=mail(A, B), theirs=mail(B, C))
    assert headlines(merged.result) == ["Story 2"]


def test_what_one_took_out_and_the_other_rewrote_stays() -> None:
    rewritten = replace(C, headline="Rewritten")
    for mine, theirs in ((mail(A, B), mail(A, B, rewritten)), (mail(A, B, rewritten), mail(A, B))):
        merged = merge(base=BASE, mine=mine, theirs=theirs)
        assert headlines(merged.result) == ["Story 1", "Story 2", "Rewritten"]
        assert merged.stay == (rewritten,)


def test_without_a_base_each_difference_is_for_somebody_to_choose() -> None:
    merged = merge(base=None, mine=mail(A, subject="Mine"), theirs=mail(A, B, subject="Theirs"))
    assert [one.field for one in merged.collisions] == ["subject"]
    assert headlines(merged.result) == ["Story 1", "Story 2"]


def test_what_the_others_did_is_told_field_by_field() -> None:
    new = ItemWords(section_id=1, item_id=9, headline="New")
    changed = replace(A, blurb="Other")
    theirs = mail(changed, new, C, subject="Ferries")
    assert differences(base=BASE, theirs=theirs) == [
        Change(None, ("subject",)),
        Change(changed, ("blurb",)),
        Change(new, ("added",)),
        Change(B, ("taken_out",)),
    ]
    assert differences(base=BASE, theirs=mail(B, A, C)) == [Change(None, ("order",))]


def test_a_snapshot_survives_the_way_through_a_page() -> None:
    assert from_json(as_json(BASE)) == BASE


def test_what_is_no_snapshot_is_nothing() -> None:
    item: dict[str, Any] = {"section_id": "1"}
    for text in (
        "",
        "[]",
        "{}",
        '{"words": 1}',
        f'{{"words": {{}}, "items": [{item}]}}',
        "[" * 9999,
    ):
        assert from_json(text) is None


@pytest.mark.parametrize("items", [[1], [None], ["x"], [[]], {}, "x", None, 1])
def test_items_that_are_none_make_no_snapshot(items: Any) -> None:
    assert from_json(json.dumps({"words": WORDS, "items": items})) is None


@pytest.mark.parametrize("field", ["section_id", "item_id"])
def test_a_yes_is_no_number(field: str) -> None:
    said = json.loads(as_json(BASE))
    said["items"][0][field] = True
    assert from_json(json.dumps(said)) is None


@pytest.mark.parametrize("found", [{"words": WORDS | {"x": ""}}, {"more": 1}, {"words": [1]}])
def test_what_has_other_words_or_more_is_no_snapshot(found: dict[str, Any]) -> None:
    said = json.loads(as_json(BASE)) | found
    assert from_json(json.dumps(said)) is None
