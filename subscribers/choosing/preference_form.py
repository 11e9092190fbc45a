"""The preference page's form: reads what was chosen, says beside each field what cannot be."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from unicodedata import category
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from subscribers import languages, zones
from subscribers.choosing import breaks, rhythm
from subscribers.choosing.choice_rows import Row
from subscribers.choosing.choices import Details, Wish
from subscribers.choosing.rhythm_offers import Choice
from subscribers.models import Subscription

Frequency = Subscription.Frequency
LONGEST_NAME = 80
# What stands in names beside letters. It is said in the greeting of each mail, so nothing that a
# mail program would make a link of.
_IN_NAMES = " '\u2019-.,"
_NO_LINK = re.compile(r"\w\.\w")
# They join letters of names in some scripts; other signs that do not print are left out.
_JOINERS = "\u200c\u200d"
_ALLOWED = {*_IN_NAMES, *_JOINERS}


@dataclass(slots=True)
class PreferenceForm:
    """What somebody sent. It is good when `errors` (field name -> sentence) is empty."""

    wishes: list[Wish] = field(default_factory=list)
    # None: the page did not ask.
    details: Details | None = None
    errors: dict[str, str] = field(default_factory=dict)


def read(*, data: QueryDict, rows: list[Row], now: datetime) -> PreferenceForm:
    """The form out of posted `data`; only what is in `rows` can be chosen.

    `newsletters` (slugs, repeated); for each slug `frequency-`, `hour-` ("07:30", "" as usual),
    `break-` ("week", "month", "date") and `until-`; `name`, `language`, `time_zone`; `action`
    "back:<slug>" ends a break.
    """
    form = PreferenceForm()
    for row in rows:
        form.wishes.append(_wish(form, data, row, now))
    if "name" in data:
        form.details = _details(form, data)
    return form


def as_typed(*, rows: list[Row], data: QueryDict) -> list[Row]:
    """The rows with what somebody chose in a form that was not saved yet."""
    return [
        replace(
            row,
            frequencies=_marked(row.frequencies, data.get(f"frequency-{row.newsletter.slug}")),
            hours=row.hours
            and replace(
                row.hours,
                choices=_marked(row.hours.choices, data.get(f"hour-{row.newsletter.slug}")),
            ),
        )
        for row in rows
    ]


def _marked(choices: list[Choice], value: str | None) -> list[Choice]:
    if value not in {one.value for one in choices}:
        return choices
    return [replace(one, is_chosen=one.value == value) for one in choices]


def _wish(form: PreferenceForm, data: QueryDict, row: Row, now: datetime) -> Wish:
    slug = row.newsletter.slug
    gets_it = slug in data.getlist("newsletters")
    often = _chosen(
        form, data, f"frequency-{slug}", row.frequencies, _("Choose how often from these.")
    )
    hours = row.hours.choices if row.hours else []
    hour = _chosen(form, data, f"hour-{slug}", hours, _("Choose an hour from the list."))
    return Wish(
        newsletter=row.newsletter,
        gets_it=gets_it,
        frequency=Frequency(often) if often else None,
        asks_time=hour is not None,
        own_time=rhythm.read_time(hour or ""),
        until=_until(form, data, row, now) if gets_it else None,
        back=data.get("action") == f"back:{slug}",
    )


def _chosen(
    form: PreferenceForm, data: QueryDict, field: str, offered: list[Choice], otherwise: str
) -> str | None:
    """The one of those offered that was chosen; None where the page did not ask.

    `otherwise`: the sentence beside the field for whatever else was sent.
    """
    value = data.get(field)
    if value is None or not offered:
        return None
    if value in {one.value for one in offered}:
        return value
    form.errors[field] = otherwise
    return None


def _until(form: PreferenceForm, data: QueryDict, row: Row, now: datetime) -> datetime | None:
    slug, zone = row.newsletter.slug, row.newsletter.zone
    try:
        day = chosen_day(
            length=data.get(f"break-{slug}", ""),
            typed=data.get(f"until-{slug}", ""),
            now=now,
            zone=zone,
        )
        return breaks.starts(day=day, now=now, zone=zone) if day else None
    except ValueError:
        form.errors[f"until-{slug}"] = _("Choose a day from tomorrow on, within a year.")
        return None


def chosen_day(*, length: str, typed: str, now: datetime, zone: ZoneInfo) -> date | None:
    """The day that a break ends on, None for no break; raises ValueError for what is no day.

    A date that was typed counts also where "until a date" was not marked.
    """
    if length == "week":
        return breaks.a_week_on(now=now, zone=zone)
    if length == "month":
        return breaks.a_month_on(now=now, zone=zone)
    if length == "date" or (not length and typed.strip()):
        return date.fromisoformat(typed.strip()[:10])
    return None


def _details(form: PreferenceForm, data: QueryDict) -> Details:
    name = _plain(data.get("name", ""))
    if len(name) > LONGEST_NAME:
        form.errors["name"] = _("That name is too long for us: at most 80 letters.")
    elif not _is_name(name):
        form.errors["name"] = _("Use letters, spaces, hyphens and apostrophes only.")
    language, time_zone = data.get("language"), data.get("time_zone", "")
    return Details(
        # The page does not show the name, for mails get forwarded: an empty field keeps it.
        name=None if not name and "no-name" not in data else name[:LONGEST_NAME],
        language=language if language in (None, *dict(languages.known())) else "",
        time_zone=time_zone if time_zone in zones.known() else "",
    )


def _is_name(name: str) -> bool:
    letters = all(one.isalnum() or category(one)[0] == "M" or one in _ALLOWED for one in name)
    return letters and not _NO_LINK.search(name)


def _plain(words: str) -> str:
    shown = (sign if sign.isprintable() or sign in _JOINERS else " " for sign in words)
    return " ".join("".join(shown).split())
