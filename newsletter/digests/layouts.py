"""Layouts: the finished looks of a mail, each with the sections that a newsletter starts with.

A newsletter owns its sections (`plans`) and may change all of them; what is here are presets. How
to make a further layout is told in docs/adding-a-layout.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from newsletter.models import SectionShape

Style = SectionShape.Style


@dataclass(frozen=True, slots=True)
class SectionPreset:
    """A section to start from: the fields of a `SectionPlan`, under the same names."""

    key: str
    style: SectionShape.Style
    heading: str
    at_least: int
    at_most: int
    words_at_least: int
    words_at_most: int
    is_automatic: bool = True
    shows_pictures: bool = False
    prefers_image: bool = False
    needs_image: bool = False
    only_good_news: bool = False
    all_or_nothing: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Its templates are `emails/digests/<key>.mjml` and `.txt`; the words are for a new mail."""

    key: str
    name: str
    sections: tuple[SectionPreset, ...]
    intro: str
    sign_off: str
    # What it says first; the reader's name and a full stop follow.
    greeting: str = "Hello"
    # For the mail once a week instead of the others, whose sections are apart from theirs.
    is_weekly: bool = False
    # Styles that it draws by a part of another name than the style's own.
    parts: Mapping[str, str] = field(default_factory=dict)
    # Of its parts, those whose pictures go from edge to edge.
    wide: frozenset[str] = frozenset()


class UnknownLayout(LookupError):
    """A schedule or mail names a layout that is not there (any more)."""

    def __init__(self, key: str) -> None:
        names = ", ".join(layout.name for layout in LAYOUTS.values())
        super().__init__(f"There is no layout “{key}”. Choose one of these: {names}.")


SPONSOR = SectionPreset("sponsor", Style.SPONSOR, "Advertisement", 0, 1, 0, 40, is_automatic=False)
QUOTE = SectionPreset("quote", Style.QUOTE, "", 0, 1, 0, 35, is_automatic=False)
NUMBER = SectionPreset("number", Style.NUMBER, "The number", 0, 1, 0, 30, is_automatic=False)
LEAD = SectionPreset("lead", Style.LEAD, "", 1, 1, 60, 90, shows_pictures=True, prefers_image=True)
PICTURE = SectionPreset(
    "picture",
    Style.PICTURE,
    "Picture of the week",
    0,
    1,
    0,
    40,
    shows_pictures=True,
    needs_image=True,
)
TEXT = SectionPreset("text", Style.TEXT, "", 0, 1, 0, 60, is_automatic=False)

MORNING_BRIEFING = Layout(
    key="morning_briefing",
    name="Morning Briefing",
    sections=(
        LEAD,
        SectionPreset("more", Style.STORIES, "What else matters", 2, 4, 35, 50),
        SectionPreset("brief", Style.BRIEF, "In brief", 4, 6, 0, 25, all_or_nothing=True),
        SPONSOR,
        NUMBER,
        SectionPreset("good_thing", Style.GOOD, "One good thing", 0, 1, 0, 35, only_good_news=True),
    ),
    intro=(
        "Here is what happened while you slept, and what it means for the day ahead. "
        "The story that matters most comes first; the rest is short, so that you can stop "
        "at any point and still know where things stand."
    ),
    sign_off="That is it for this morning.",
    greeting="Good morning",
)

GOOD_NEWS = Layout(
    key="good_news",
    name="Good News",
    sections=(
        replace(LEAD, key="big_one", heading="The big one", words_at_least=70, words_at_most=100),
        SectionPreset("three_more", Style.STORIES, "Three more", 3, 3, 35, 45, shows_pictures=True),
        replace(NUMBER, key="adds_up", heading="It adds up", words_at_most=25),
        PICTURE,
        SPONSOR,
        QUOTE,
    ),
    intro=(
        "A quieter kind of news: people who mended something, found something out, or got "
        "something right. These are the best of what we saw this week. Take your time with them."
    ),
    sign_off="Until next time. Keep an eye out for the good ones.",
    parts={Style.LEAD: "big_one", Style.NUMBER: "adds_up"},
    wide=frozenset({"big_one"}),
)

WHAT_YOU_MISSED = Layout(
    key="what_you_missed",
    name="What you missed",
    sections=(
        replace(LEAD, key="week_lead"),
        SectionPreset("week_missed", Style.STORIES, "What you may have missed", 2, 6, 30, 45),
        SectionPreset("week_brief", Style.BRIEF, "In brief", 3, 8, 0, 25, all_or_nothing=True),
        replace(SPONSOR, key="week_sponsor"),
    ),
    intro=(
        "Here is the week in one mail: the stories that mattered most, to us and to those who read "
        "them day by day. The one on top is the one to know; the rest can wait until you have a "
        "quiet minute."
    ),
    sign_off="That was the week.",
    parts={Style.LEAD: "big_one"},
    wide=frozenset({"big_one"}),
    is_weekly=True,
)

# What a schedule may name.
LAYOUTS: dict[str, Layout] = {layout.key: layout for layout in (MORNING_BRIEFING, GOOD_NEWS)}
# Of a newsletter without a schedule.
DEFAULT = MORNING_BRIEFING.key


def layout_of(key: str) -> Layout:
    """The layout of that key; raises UnknownLayout."""
    if key == WHAT_YOU_MISSED.key:
        return WHAT_YOU_MISSED
    try:
        return LAYOUTS[key]
    except KeyError:
        raise UnknownLayout(key) from None


# What a further section of a newsletter may start from, by key.
PRESETS: dict[str, SectionPreset] = {
    preset.key: preset
    for preset in (
        LEAD,
        *MORNING_BRIEFING.sections[1:3],
        MORNING_BRIEFING.sections[-1],
        GOOD_NEWS.sections[1],
        NUMBER,
        PICTURE,
        TEXT,
        QUOTE,
        SPONSOR,
    )
}

# What the subject of a weekly mail that is made of the headlines begins with.
WEEKLY_SUBJECT = "The week: "
# What editors and checks hold the words to (characters).
SUBJECT_AT_MOST = 55
PREHEADER_AT_LEAST = 50
PREHEADER_AT_MOST = 90
