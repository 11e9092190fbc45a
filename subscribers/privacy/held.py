"""What we hold about a reader (`privacy.export`) as a page to read: headings, lines, tables.

Made from whatever the export holds, so that nothing in the file is missing on the page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from subscribers.moments import clock_in_words, place_in_words
from subscribers.zones import known

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_UTC = ZoneInfo("UTC")
# "once_a_week"
_KIND = re.compile(r"[a-z]+(?:_[a-z]+)+")
# What the file calls it -> what a reader does; other names are said as they are.
_NAMES = {
    "made_at": gettext_lazy("As of"),
    "reader": gettext_lazy("You"),
    "id": gettext_lazy("Your number with us"),
    "subscriptions": gettext_lazy("Your newsletters"),
    "consents": gettext_lazy("What you agreed to, and what you changed"),
    "captured_mails": gettext_lazy("Mails kept here for trying things out"),
    "mails": gettext_lazy("Mails that you were to get"),
    "reports": gettext_lazy("What your mailbox reported"),
    "state": gettext_lazy("How it stands"),
    "at": gettext_lazy("When"),
    "act": gettext_lazy("What"),
    "method": gettext_lazy("How"),
    "wording": gettext_lazy("The words shown"),
    "detail": gettext_lazy("More of it"),
    "network": gettext_lazy("First part of the network address"),
    "frequency": gettext_lazy("How often"),
    "own_time": gettext_lazy("At what hour"),
    "paused_until": gettext_lazy("On a break until"),
    "created_at": gettext_lazy("Since"),
    "confirmed_at": gettext_lazy("Confirmed"),
    "ended_at": gettext_lazy("Left"),
    "finished_at": gettext_lazy("Done"),
    "page": gettext_lazy("Where"),
}


@dataclass(slots=True)
class Section:
    """A heading with facts (name, value), and records, each a list of facts."""

    heading: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    records: list[list[tuple[str, str]]] = field(default_factory=list)


def sections(export: Mapping[str, Any]) -> list[Section]:
    """The single facts first, then one section for each list or group; empty ones are left out.

    Times are shown to the minute, by the reader's own clock where he named one, else in UTC.
    """
    reader = export.get("reader")
    named = reader.get("time_zone") if isinstance(reader, Mapping) else None
    return _sections(export, ZoneInfo(named) if named in known() else _UTC)


def _sections(export: Mapping[str, Any], zone: ZoneInfo) -> list[Section]:
    first = Section("")
    found = [first]
    for name, value in export.items():
        if isinstance(value, Mapping):
            found += _group(name, value, zone)
        elif isinstance(value, list):
            found.append(Section(_words(name), records=[_record(one, zone) for one in value]))
        elif value not in {None, ""}:
            first.facts.append((_words(name), _value(value, zone)))
    return [one for one in found if one.facts or any(one.records)]


def _group(name: str, group: Mapping[str, Any], zone: ZoneInfo) -> list[Section]:
    inner = _sections(group, zone)
    for section in inner:
        # What has a heading in a reader's words needs none of ours before it.
        if section.heading not in map(str, _NAMES.values()):
            section.heading = ": ".join(filter(None, (_words(name), section.heading)))
    return inner


def _record(value: Any, zone: ZoneInfo) -> list[tuple[str, str]]:
    if not isinstance(value, Mapping):
        return [("", _value(value, zone))]
    facts = ((_words(key), _value(one, zone)) for key, one in value.items())
    return [(key, one) for key, one in facts if one]


def _value(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Mapping):
        if set(value) == {"at", "what"}:
            return ": ".join(filter(None, (_value(one, zone) for one in value.values())))
        return ", ".join(f"{_words(key)}: {_value(one, zone)}" for key, one in value.items())
    if isinstance(value, list):
        happened = bool(value) and isinstance(value[0], Mapping)
        return ("\n" if happened else ", ").join(_value(one, zone) for one in value)
    return "" if value is None else _text(str(value), zone)


def _text(text: str, zone: ZoneInfo) -> str:
    """ "26 November 2026, 5:18 am UTC" for a time in ISO form, "once a week" for "once_a_week"."""
    if _KIND.fullmatch(text):
        return text.replace("_", " ")
    try:
        if _DAY.fullmatch(text):
            return date_format(date.fromisoformat(text), "j F Y")
        if not _TIME.match(text):
            return text
        at = datetime.fromisoformat(text).astimezone(zone)
    except ValueError:
        return text
    return f"{date_format(at, 'j F Y')}, {clock_in_words(at)} {place_in_words(zone)}"


def _words(name: str) -> str:
    """ "Time zone" for "time_zone", where `_NAMES` has no better words."""
    if known := _NAMES.get(name):
        return str(known)
    plain = str(name).replace("_", " ").strip()
    return plain[:1].upper() + plain[1:]
