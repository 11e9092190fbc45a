"""What a provider makes of a call: a mail, and its template language.

A template language that meets anything besides the placeholders that were meant for it fails the
test.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Mail:
    """One mail as a provider sends it on."""

    to: list[str]
    subject: str
    html: str
    text: str
    headers: Mapping[str, str]
    known: Mapping[str, str]
    reply_to: str
    sender: str


def mustache(template: str, values: Mapping[str, str]) -> str:
    """Three braces put a value in as it stands; anything else in braces is not ours."""

    def put(found: re.Match[str]) -> str:
        assert found[1] is not None, f"{found[0]!r} reached the template language"
        return values[found[1]]

    return re.sub(r"\{\{\{(\w+)\}\}\}|\{[{%#$].*", put, template)


def braceless(words: str) -> str:
    assert not re.search(r"\{[{%#$]", words), "braces reached a template language"
    return words


def pairs(headers: list[Mapping[str, str]], name: str, value: str) -> dict[str, str]:
    return {one[name]: one[value] for one in headers}
