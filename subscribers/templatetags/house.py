"""What every public page asks for: its language, and the newsletters in its footer."""

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.urls import NoReverseMatch
from django.utils.html import format_html
from django.utils.translation import get_language

from subscribers.offers import open_newsletters

register = template.Library()


@dataclass(frozen=True, slots=True)
class FooterLink:
    """A newsletter as the footer links to it."""

    name: str
    url: str
    language: str


@register.simple_tag
def footer_newsletters() -> list[FooterLink]:
    """The newsletters that are open for sign-up, in their order."""
    try:
        return [
            FooterLink(newsletter.name, newsletter.get_absolute_url(), newsletter.language)
            for newsletter in open_newsletters()
        ]
    except NoReverseMatch:  # this app alone, without the pages of `newsletter`
        return []


@register.simple_tag
def page_language() -> str:
    """`<html lang="{% page_language %}">`: the language of the interface."""
    return get_language() or settings.LANGUAGE_CODE


@register.simple_tag
def page_direction() -> str:
    """`<html lang="..."{% page_direction %}>`: `dir`, where the language needs one."""
    return _direction(page_language(), around="ltr")


@register.simple_tag
def interface() -> str:
    """`<aside {% interface %}>`: `lang` and `dir` of our words amid those of a story."""
    language = page_language()
    return format_html('lang="{}" dir="{}"', language, _side(language))


@register.simple_tag
def words_in(language: str) -> str:
    """`<p{% words_in newsletter.language %}>`: `lang` and `dir` of words that are not ours.

    Empty where they are in the language of the page.
    """
    around = page_language()
    if not language or language.lower() == around.lower():
        return ""
    return format_html(' lang="{}"{}', language, _direction(language, around=_side(around)))


def _direction(language: str, *, around: str) -> str:
    side = _side(language)
    return format_html(' dir="{}"', side) if side != around else ""


def _side(language: str) -> str:
    """Of a language that Django does not know: as the Latin script is written."""
    info = LANG_INFO.get(language.lower()) or LANG_INFO.get(language.lower().partition("-")[0], {})
    return "rtl" if info.get("bidi") else "ltr"
