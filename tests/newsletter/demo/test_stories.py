"""The demo's texts keep to the limits that pages and mails are made for."""

import pytest

from newsletter.demo.reading import Story, all_stories, further_stories, publication
from newsletter.digests.layouts import SUBJECT_AT_MOST

STORIES = all_stories()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.slug)
def test_a_story_keeps_to_its_limits(story: Story) -> None:
    # A headline becomes a subject, and phones show about this much of one.
    assert len(story.title) <= SUBJECT_AT_MOST
    assert len(story.kicker) <= 20
    assert len(story.caption) <= 95
    assert story.alt
    assert story.credit
    assert story.topics
    assert 2 <= len(story.body.strip().split("\n\n")) <= 8
    assert "lorem" not in story.body.lower()


def test_no_two_stories_share_a_slug() -> None:
    assert len({story.slug for story in STORIES}) == len(STORIES) == 48
    assert len(further_stories()) == 8


def test_biographies_have_at_most_sixty_words() -> None:
    for author in publication()["author"]:
        assert len(author["biography"].split()) <= 60


def test_every_author_is_introduced() -> None:
    assert {story.author for story in STORIES} <= {a["name"] for a in publication()["author"]}
