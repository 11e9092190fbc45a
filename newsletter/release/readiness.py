"""Readiness: what keeps a digest from going out, and what somebody should know before it does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch

from config.publisher import publisher
from newsletter.digests.layouts import SUBJECT_AT_MOST
from newsletter.models import Digest, Item, Section
from subscribers import audience

# What editors type where words are still to come.
PLACEHOLDER = re.compile(r"\bTK\b")


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. A blocking one keeps the digest from being approved."""

    code: str
    message: str
    blocking: bool


def problems(*, digest: Digest) -> list[Problem]:
    """Everything found, blocking ones first; a fixed number of queries."""
    found = [
        *_sender(digest),
        *_words(digest),
        *_sections(digest, _with_items(digest)),
        *_audience(digest),
    ]
    return sorted(found, key=lambda problem: not problem.blocking)


def blocking(*, digest: Digest) -> list[Problem]:
    """Only what keeps it from going out."""
    return [problem for problem in problems(digest=digest) if problem.blocking]


def _stop(code: str, message: str) -> Problem:
    return Problem(code=code, message=message, blocking=True)


def _note(code: str, message: str) -> Problem:
    return Problem(code=code, message=message, blocking=False)


def _with_items(digest: Digest) -> list[Section]:
    items = Item.objects.select_related("article__hero", "image").defer("article__body")
    return list(digest.sections.prefetch_related(Prefetch("items", queryset=items)))


def _sender(digest: Digest) -> Iterator[Problem]:
    newsletter = digest.newsletter
    if not (newsletter.from_name and newsletter.from_address):
        yield _stop("no_sender", "The newsletter has no sender: give it a name and an address.")
    if not publisher().postal_address.strip():
        yield _stop(
            "no_postal_address",
            "The postal address is missing: the law asks for one in every mail. "
            "Set POSTAL_ADDRESS.",
        )


def _words(digest: Digest) -> Iterator[Problem]:
    subject = digest.subject.strip()
    if not subject:
        yield _stop("no_subject", "It has no subject.")
    elif len(subject) > SUBJECT_AT_MOST:
        yield _note(
            "long_subject",
            f"The subject has {len(subject)} characters; phones show about {SUBJECT_AT_MOST}.",
        )
    for name in ("subject", "preheader", "intro", "sign_off"):
        if PLACEHOLDER.search(getattr(digest, name)):
            yield _unfinished(name.replace("_", "-"))


def _unfinished(where: str) -> Problem:
    return _stop("placeholder", f'There is a "TK" left in the {where}.')


def _sections(digest: Digest, sections: list[Section]) -> Iterator[Problem]:
    filled = {section: list(section.items.all()) for section in sections}
    if digest.corrects_id is not None:
        # A correction is a few words; stories in it are the exception.
        if not (digest.intro.strip() or any(filled.values())):
            yield _stop("no_words", "It says nothing yet: write what was wrong into the intro.")
        return
    if not any(filled.values()):
        yield _stop("no_items", "There is no story in it.")
        return
    for section, items in filled.items():
        if section is sections[0] and not items:
            yield _stop("empty_lead", "The lead is empty.")
        if len(items) > section.at_most:
            message = f'"{section.name}" has {len(items)} items; it is made for {section.at_most}.'
            yield _note("long_section", message)
        for item in items:
            yield from _item(item, section.name, picture=section.shows_pictures)


def _item(item: Item, section: str, *, picture: bool) -> Iterator[Problem]:
    if not (item.article_id or item.headline.strip() or item.blurb.strip()):
        yield _stop("empty_item", f'An item in "{section}" has neither story nor words.')
    if PLACEHOLDER.search(f"{item.kicker} {item.headline} {item.blurb}"):
        yield _unfinished(f'words of "{item}"')
    if picture and _has_picture(item) and not _described(item):
        message = f'The picture of "{item}" has no description for those who cannot see it.'
        yield _stop("no_alt", message)


def _has_picture(item: Item) -> bool:
    image = item.image or (item.article.hero if item.article else None)
    return image is not None and image.is_ready and not item.no_image


def _described(item: Item) -> bool:
    article = item.article
    if item.image_alt.strip() or article is None:
        return bool(item.image_alt.strip())
    own = item.image_id is None or item.image_id == article.hero_id
    return own and bool(article.hero_alt.strip() or article.caption.strip())


def _audience(digest: Digest) -> Iterator[Problem]:
    if not audience.deliverable(newsletter_id=digest.newsletter_id).exists():
        yield _note("nobody", "Nobody gets this newsletter yet.")
