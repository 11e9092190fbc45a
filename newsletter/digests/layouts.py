"""Layouts: which sections a digest has, in order, and how much each may hold."""

from dataclasses import dataclass

from newsletter.models import Section

Style = Section.Style


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """One place of a layout. Limits count items; none is cut off, editors are told."""

    key: str
    style: Section.Style
    heading: str
    at_least: int
    at_most: int
    # Filled from new stories; the others wait for an editor.
    automatic: bool = True
    # Its stories are drawn with their picture, when they have one.
    picture: bool = False
    # Among new stories, one with a picture goes here first ...
    prefers_image: bool = False
    # ... or only one with a picture does.
    needs_image: bool = False
    only_good_news: bool = False
    # Left empty when `at_least` cannot be reached.
    all_or_nothing: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The sections in order, and the words a new digest starts with."""

    key: str
    name: str
    sections: tuple[SectionPlan, ...]
    intro: str
    sign_off: str

    def plan(self, key: str) -> SectionPlan:
        """The section named `key`; raises KeyError."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)


MORNING_BRIEFING = Layout(
    key="morning_briefing",
    name="Morning Briefing",
    sections=(
        SectionPlan("lead", Style.LEAD, "", 1, 1, picture=True, prefers_image=True),
        SectionPlan("more", Style.STORIES, "What else matters", 2, 4),
        SectionPlan("brief", Style.BRIEF, "In brief", 4, 6, all_or_nothing=True),
        SectionPlan("sponsor", Style.SPONSOR, "Advertisement", 0, 1, automatic=False),
        SectionPlan("number", Style.NUMBER, "The number", 0, 1, automatic=False),
        SectionPlan("good_thing", Style.STORIES, "One good thing", 0, 1, only_good_news=True),
    ),
    intro=(
        "Here is what happened while you slept, and what it means for the day ahead. "
        "The story that matters most comes first; the rest is short, so that you can stop "
        "at any point and still know where things stand."
    ),
    sign_off="That is it for this morning.",
)

GOOD_NEWS = Layout(
    key="good_news",
    name="Good News",
    sections=(
        SectionPlan("big_one", Style.LEAD, "The big one", 1, 1, picture=True, prefers_image=True),
        SectionPlan("three_more", Style.STORIES, "Three more", 3, 3, picture=True),
        SectionPlan("adds_up", Style.NUMBER, "It adds up", 0, 1, automatic=False),
        SectionPlan(
            "picture",
            Style.PICTURE,
            "Picture of the week",
            0,
            1,
            picture=True,
            needs_image=True,
        ),
        SectionPlan("sponsor", Style.SPONSOR, "Advertisement", 0, 1, automatic=False),
        SectionPlan("quote", Style.QUOTE, "", 0, 1, automatic=False),
    ),
    intro=(
        "A quieter kind of news: people who mended something, found something out, or got "
        "something right. These are the best of what we saw this week. Take your time with them."
    ),
    sign_off="Until next time. Keep an eye out for the good ones.",
)

LAYOUTS: dict[str, Layout] = {layout.key: layout for layout in (MORNING_BRIEFING, GOOD_NEWS)}

# What editors and checks hold the words to (characters).
SUBJECT_AT_MOST = 55
PREHEADER_AT_LEAST = 50
PREHEADER_AT_MOST = 90
