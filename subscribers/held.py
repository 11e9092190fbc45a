"""What we hold about a reader (`privacy.export`) as a page to read: headings, lines, tables.

Made from whatever the export holds, so that nothing in the file is missing on the page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


@dataclass(slots=True)
class Section:
    """A heading with facts (name, value), and records, each a list of facts."""

    heading: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    records: list[list[tuple[str, str]]] = field(default_factory=list)


def sections(export: Mapping[str, Any]) -> list[Section]:
    """The single facts first, then one section for each list or group; empty ones are left out.

    Times are shown to the minute, in UTC.
    """
    first = Section("")
    found = [first]
    for name, value in export.items():
        if isinstance(value, Mapping):
            found += _group(name, value)
        elif isinstance(value, list):
            found.append(Section(_words(name), records=[_record(one) for one in value]))
        elif value not in {None, ""}:
            first.facts.append((_words(name), _value(value)))
    return [one for one in found if one.facts or any(one.records)]


def _group(name: str, group: Mapping[str, Any]) -> list[Section]:
    inner = sections(group)
    for section in inner:
        section.heading = ": ".join(filter(None, (_words(name), section.heading)))
    return inner


def _record(value: Any) -> list[tuple[str, str]]:
    if not isinstance(value, Mapping):
        return [("", _value(value))]
    facts = ((_words(key), _value(one)) for key, one in value.items())
    return [(key, one) for key, one in facts if one]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Mapping):
        return ", ".join(f"{_words(key)}: {_value(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_value(one) for one in value)
    return "" if value is None else _time(str(value))


def _time(text: str) -> str:
    """ "26 November 2026, 05:18 UTC" for a time in ISO form; other words stay."""
    if not _TIME.match(text):
        return text
    try:
        at = datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return text
    return f"{date_format(at, 'j F Y, H:i')} UTC"


def _words(name: str) -> str:
    """ "Time zone" for "time_zone"."""
    plain = str(name).replace("_", " ").strip()
    return plain[:1].upper() + plain[1:]
