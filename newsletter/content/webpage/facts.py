"""What a web page says of its story, and where on the page it says so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

# They tell of one picture and would be wrong beside another.
PICTURE_WORDS = ("alt", "caption", "credit")


class PageError(Exception):
    """Why a page could not be read, in one sentence for staff."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Origin(StrEnum):
    """Where a fact was found, in the order in which they are believed."""

    DATA = "data"
    TAGS = "tags"
    PAGE = "page"
    TEXT = "text"

    @property
    def in_words(self) -> str:
        """For staff: "found in the page's data for search engines"."""
        return {
            Origin.DATA: "the page's data for search engines",
            Origin.TAGS: "the page's tags for previews",
            Origin.PAGE: "what stands on the page",
            Origin.TEXT: "the text of the page",
        }[self]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wrote the story."""

    name: str
    biography: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All as plain text, empty where nothing is said; `picture` is an absolute address.

    `opening` is how the text begins, in whole sentences; `published_at` is in UTC.
    """

    title: str = ""
    dek: str = ""
    opening: str = ""
    picture: str = ""
    alt: str = ""
    caption: str = ""
    credit: str = ""
    people: tuple[Person, ...] = ()
    published_at: datetime | None = None
    language: str = ""
    site: str = ""
    # "Not free to read", which publishers tell search engines.
    is_paid: bool = False


NAMES = tuple(field.name for field in fields(Facts))


@dataclass(frozen=True, slots=True)
class Page:
    """What was read. `link` is the story's own address; `origins` has the facts that were found."""

    link: str
    facts: Facts
    origins: Mapping[str, Origin]


def merged(sources: Iterable[tuple[Origin, Facts]]) -> tuple[Facts, dict[str, Origin]]:
    """Each fact from the first source that has it; words of a picture only beside that picture."""
    facts, origins = Facts(), dict[str, Origin]()
    for origin, said in sources:
        new: dict[str, Any] = {
            name: getattr(said, name)
            for name in NAMES
            if getattr(said, name) and not getattr(facts, name)
        }
        picture = facts.picture or said.picture
        if not is_same_picture(picture, said.picture):
            new = {name: value for name, value in new.items() if name not in PICTURE_WORDS}
        facts = replace(facts, **new)
        origins |= dict.fromkeys(new, origin)
    return facts, origins


def is_same_picture(one: str, other: str) -> bool:
    """Whether two addresses are cuts of one picture: sites give each size the same file name."""
    return bool(one) and _file_of(one) == _file_of(other)


def _file_of(address: str) -> str:
    try:
        return unquote(PurePosixPath(urlsplit(address).path).stem).casefold()
    except ValueError:
        return address
