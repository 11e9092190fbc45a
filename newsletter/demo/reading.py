"""Reading the demo's texts: `data/publication.toml` and one file of stories per subject."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story as written; `hours` is its age when the demo is loaded."""

    slug: str
    title: str
    kicker: str
    dek: str
    author: str
    topics: list[str]
    hours: float
    picture: str
    alt: str
    caption: str
    credit: str
    body: str
    good_news: bool = False
    # Held back for `demo --more`.
    more: bool = False


@cache
def all_stories() -> list[Story]:
    """Every story, those for `--more` too, the newest first."""
    found = [
        Story(**story)
        for path in sorted((DATA / "stories").glob("*.toml"))
        for story in tomllib.loads(path.read_text(encoding="utf-8"))["story"]
    ]
    return sorted(found, key=lambda story: story.hours)


def first_stories() -> list[Story]:
    """The forty that every demo starts with."""
    return [story for story in all_stories() if not story.more]


def further_stories() -> list[Story]:
    """The eight that `--more` adds."""
    return [story for story in all_stories() if story.more]


@cache
def publication() -> dict[str, Any]:
    """`publication.toml` as it stands: newsletters, authors, feeds, readers."""
    return tomllib.loads((DATA / "publication.toml").read_text(encoding="utf-8"))
