"""Rows for the names in entries: authors and topics, each once however it is written."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from newsletter.content import identity
from newsletter.models import Author, Topic

Row = TypeVar("Row", Author, Topic)


def named_authors(*, names: Iterable[str]) -> list[Author]:
    """The authors of those names, made where they are new."""
    return [_named(Author, name) for name in _in_order(names)]


def named_topics(*, names: Iterable[str]) -> list[Topic]:
    """The topics of those names, made where they are new."""
    return [_named(Topic, name) for name in _in_order(names)]


def _in_order(names: Iterable[str]) -> list[str]:
    """The same order for everybody: imports at the same time cannot wait for each other."""
    return sorted(names, key=str.casefold)


def _named(model: type[Row], name: str) -> Row:
    """The row of that name in any case; "C++" and "C" have one slug, so the second gets a tail."""
    plain = slugify(name)[:70]
    tail = identity.source_hash(name)[:6]
    for slug in filter(None, (plain, f"{plain or 'x'}-{tail}")):
        found = model.objects.filter(name__iexact=name).first()
        if found is not None:
            return found
        try:
            with transaction.atomic():
                return model.objects.create(name=name, slug=slug)
        except IntegrityError:
            continue  # the slug is taken, or another import made it just now
    return model.objects.get(name__iexact=name)
