"""What makes sense to choose of one newsletter: how often, and at what hour; in words."""

from dataclasses import dataclass
from datetime import time

from django.utils.translation import gettext as _

from subscribers.choosing import rhythm
from subscribers.extensions import registered
from subscribers.models import Newsletter, Subscriber, Subscription
from subscribers.moments import clock_in_words, place_in_words, zone_of

Frequency = Subscription.Frequency


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several: its value in a form, and its words."""

    value: str
    label: str
    # A second, quieter line; "" for none.
    more: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Hours:
    """The times of day to choose from, and whose clock they are told by ("Tokyo time").

    `is_his`: the reader said where he is; else it is where the newsletter is made.
    """

    choices: list[Choice]
    place: str
    is_his: bool


def frequencies(*, newsletter: Newsletter, chosen: str = Frequency.EVERY_DAY) -> list[Frequency]:
    """Those that bring mails here, the most first; what somebody has `chosen` is always among them.

    So that nothing is taken from him by opening a page.
    """
    known = registered()
    offered = {
        Frequency.EVERY_DAY: True,
        Frequency.WEEKDAYS_ONLY: known.has_weekends(newsletter),
        Frequency.ONCE_A_WEEK: bool(known.weekly(newsletter)),
    }
    return [one for one, is_offered in offered.items() if is_offered or one == chosen]


def frequency_choices(*, newsletter: Newsletter, chosen: str) -> list[Choice]:
    """As rows of a form; none where there is nothing to choose."""
    offered = frequencies(newsletter=newsletter, chosen=chosen)
    if len(offered) < 2:
        return []
    return [_choice(one, newsletter, is_chosen=one == chosen) for one in offered]


def less_than(*, newsletter: Newsletter, chosen: str) -> list[Choice]:
    """What is rarer than `chosen`, for somebody about to leave."""
    offered = frequencies(newsletter=newsletter, chosen=chosen)
    rarer = offered[offered.index(Frequency(chosen)) + 1 :]
    return [_choice(one, newsletter, is_chosen=False) for one in rarer]


def hours(*, newsletter: Newsletter, reader: Subscriber, mine: Subscription) -> Hours | None:
    """The hours of the morning; None where everybody gets its mails at once."""
    usual = registered().usual_time(newsletter, Frequency(mine.frequency))
    if usual is None:
        return None
    # Also a time that no page offers, if he has it.
    offered = sorted({*rhythm.MORNING, *([mine.own_time] if mine.own_time else [])})
    as_usual = _("As usual (%(clock)s)") % {"clock": clock_in_words(usual)}
    return Hours(
        choices=[
            Choice("", as_usual, is_chosen=mine.own_time is None),
            *(_hour(one, mine.own_time) for one in offered),
        ],
        place=place_in_words(zone_of(reader=reader, newsletter=newsletter)),
        is_his=bool(reader.time_zone),
    )


def _choice(frequency: Frequency, newsletter: Newsletter, *, is_chosen: bool) -> Choice:
    label, more = _words(frequency, newsletter)
    return Choice(frequency.value, label, more, is_chosen)


def _words(frequency: Frequency, newsletter: Newsletter) -> tuple[str, str]:
    if frequency == Frequency.WEEKDAYS_ONLY:
        return _("Weekdays only"), ""
    if frequency == Frequency.EVERY_DAY:
        is_daily = registered().is_daily(newsletter)
        return (_("Every day") if is_daily else _("Every time")), ""
    when = registered().weekly(newsletter)
    more = _("What you missed, %(when)s") % {"when": when} if when else _("Not at the moment")
    return _("Once a week"), more


def _hour(at: time, chosen: time | None) -> Choice:
    return Choice(rhythm.in_words(at), clock_in_words(at), is_chosen=at == chosen)
