"""Subject and preview line, and words that are still to come."""

import calendar
import re
from collections.abc import Iterator

from newsletter.digests.layouts import PREHEADER_AT_LEAST, PREHEADER_AT_MOST, SUBJECT_AT_MOST
from newsletter.release.readiness.material import Material
from newsletter.release.readiness.problem import Problem, note, stop
from newsletter.rendering.merging import unknown_placeholders

# What editors type where words are still to come.
PLACEHOLDER = re.compile(r"\bTK\b")
_MONTHS = "|".join(
    sorted({*calendar.month_name[1:], *calendar.month_abbr[1:]}, key=len, reverse=True)
)
# "24/7" is none.
_DATE = re.compile(
    rf"\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b"
    rf"|\b\d{{1,2}}(st|nd|rd|th)?( of)? ({_MONTHS})\b|\b({_MONTHS})\.? \d{{1,2}}(st|nd|rd|th)?\b"
)
FIELDS = {
    "subject": "subject",
    "preheader": "preview line",
    "intro": "hello",
    "sign_off": "sign-off",
}


def problems(found: Material) -> Iterator[Problem]:
    """Everything about the words around the stories."""
    yield from _subject(found)
    yield from _preheader(found)
    for name, label in FIELDS.items():
        if PLACEHOLDER.search(getattr(found.digest, name)):
            yield unfinished(f"the {label}", found.field(name))
    for item in found.items:
        if PLACEHOLDER.search(f"{item.kicker} {item.headline} {item.blurb}"):
            yield unfinished(f'the words of "{item}"', found.item(item))
    yield from _placeholders(found)


def _placeholders(found: Material) -> Iterator[Problem]:
    """What stands in braces and is not the reader's name would go out as it is typed."""
    places = [(found.field(name), getattr(found.digest, name)) for name in FIELDS]
    places += [(found.item(item), f"{item.headline} {item.blurb}") for item in found.items]
    for where, text in places:
        for typed in unknown_placeholders(text):
            yield note(
                "unknown_placeholder",
                f'"{typed}" is no placeholder; readers would see it as it stands.',
                "Write {name}, or {name|there} with another word for readers without one.",
                where=where,
                about=where + typed,
            )


def unfinished(place: str, where: str) -> Problem:
    """A "TK" that is left in `place`."""
    return stop(
        "placeholder",
        f'There is a "TK" left in {place}.',
        "Write what was to come, or take it out.",
        where=where,
        about=where,
    )


def _subject(found: Material) -> Iterator[Problem]:
    subject, where = found.digest.subject.strip(), found.field("subject")
    if not subject:
        yield stop("no_subject", "It has no subject.", "Write one.", where=where)
        return
    if len(subject) > SUBJECT_AT_MOST:
        yield note(
            "long_subject",
            f"The subject has {len(subject)} characters; phones show about {SUBJECT_AT_MOST}.",
            "Make it shorter, or put what matters first.",
            where=where,
        )
    if subject.isupper() and sum(sign.isalpha() for sign in subject) > 4:
        yield note(
            "loud_subject",
            "The subject is all in capitals, which reads as shouting and looks like spam.",
            "Write it as a sentence.",
            where=where,
        )
    if _DATE.search(subject):
        yield note(
            "date_in_subject",
            "There is a date in the subject; the inbox shows one already.",
            "Use the room for the news.",
            where=where,
        )


def _preheader(found: Material) -> Iterator[Problem]:
    line, where = found.digest.preheader.strip(), found.field("preheader")
    # News that cannot wait may be short.
    low = 0 if found.digest.is_urgent else PREHEADER_AT_LEAST
    high = PREHEADER_AT_MOST
    if not line:
        yield note(
            "no_preheader",
            "It has no preview line.",
            "Say what else is in it: the line stands after the subject in the inbox.",
            where=where,
        )
        return
    if not low <= len(line) <= high:
        yield note(
            "preheader_length",
            f"The preview line has {len(line)} characters; {low} to {high} show well.",
            "Add another story, or cut it." if len(line) < low else "Cut it.",
            where=where,
        )
    if _plain(line).startswith(_plain(found.digest.subject) or "\n"):
        yield note(
            "preheader_repeats",
            "The preview line repeats the subject.",
            "Say what else is in it.",
            where=where,
        )


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))
