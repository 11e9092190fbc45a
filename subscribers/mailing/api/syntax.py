"""Words of editors and readers, kept out of the template language of a provider.

A provider acts on a sequence such as `{{`; its first sign is written so that a person sees the same
and the provider does not. That is done to the whole mailing and to each reader's values, also where
a provider is known to read values literally: one rule for all is easier to be sure of.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from subscribers.mailing.messages import PLACEHOLDER, Mailing
from subscribers.mailing.mime import one_line

# A zero-width space: seen by nobody.
_APART = "\u200b"
_STYLE = re.compile(r"(<style\b.*?</style>)", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r"https?://\S+")

# Mustache, Handlebars and Django's kin: {{x}}, {%x%}, {#x#}, {$x}; also a brace at an end, for a
# reader's value may begin with the second.
BRACES = re.compile(r"\{(?=[{%#$]|@@|\Z)")


@dataclass(frozen=True, slots=True)
class Syntax:
    """How a provider writes a placeholder, and the first signs that start something in its eyes."""

    # From the name of a placeholder to what stands in the mail.
    placeholder: Callable[[str], str]
    hostile: re.Pattern[str] | None = None

    def apply(self, mailing: Mailing) -> Mapping[str, str]:
        """Subject, html and text of `mailing` as this provider is to get them."""
        subject = self._translated(self.text(one_line(mailing.subject)))
        return {
            # A header: what goes into it must not start another one.
            "subject": subject.replace("@@value:", "@@line:"),
            "html": self._translated(self.html(mailing.html)),
            "text": self._translated(self.text(mailing.text)),
        }

    def values(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """A reader's values, safe to be put in."""
        if self.hostile is None or not any(map(self.hostile.search, values.values())):
            return values
        return {
            name: self.html(value) if name.endswith("_html") else self.text(value)
            for name, value in values.items()
        }

    def header(self, value: str) -> str:
        """A header's value, which may have to stay ASCII."""
        return self.hostile.sub(r"\g<0> ", value) if self.hostile else value

    def html(self, html: str) -> str:
        """HTML with the hostile signs as character references; in a style sheet set apart."""
        if self.hostile is None or not self.hostile.search(html):
            return html
        pieces = _STYLE.split(html)
        pieces[::2] = [self.hostile.sub(_reference, piece) for piece in pieces[::2]]
        pieces[1::2] = [self.hostile.sub(r"\g<0> ", piece) for piece in pieces[1::2]]
        return "".join(pieces)

    def text(self, text: str) -> str:
        """Text with the hostile signs set apart by nothing that is seen; in a link as %7B."""
        if self.hostile is None or not self.hostile.search(text):
            return text
        in_links = _LINK.sub(lambda link: self._in_link(link[0]), text)
        return self.hostile.sub(rf"\g<0>{_APART}", in_links)

    def _in_link(self, link: str) -> str:
        assert self.hostile is not None  # noqa: S101  (`text` has asked)
        return self.hostile.sub(lambda sign: f"%{ord(sign[0]):02X}", link)

    def _translated(self, words: str) -> str:
        return PLACEHOLDER.sub(lambda match: self.placeholder(match[1]), words)


def _reference(sign: re.Match[str]) -> str:
    return f"&#{ord(sign[0])};"
