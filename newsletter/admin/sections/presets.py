"""What can be added: the presets, each with a line that says what it is for."""

from dataclasses import dataclass

from newsletter.digests.layouts import PRESETS, SectionPreset

LINES = {
    "lead": "The story that matters most, with its picture.",
    "more": "Two to four stories with a headline and some lines each.",
    "brief": "Four to six lines, each with one link.",
    "good_thing": "One good news story, and where to get more of them.",
    "three_more": "Three stories with a picture each.",
    "number": "One large figure and what it means. An editor writes it.",
    "picture": "One picture, as large as the mail, with its words.",
    "text": "Some words of your own, such as a correction or an invitation.",
    "quote": "What somebody said, and who. An editor writes it.",
    "sponsor": "An advertisement, marked as one.",
}


@dataclass(frozen=True, slots=True)
class Card:
    """A preset as it is offered."""

    key: str
    name: str
    style: str
    line: str


def cards() -> list[Card]:
    """All that can be added."""
    return [_card(preset) for preset in PRESETS.values()]


def _card(preset: SectionPreset) -> Card:
    style = preset.style.label.capitalize()
    return Card(preset.key, preset.heading or style, style, LINES.get(preset.key, ""))
