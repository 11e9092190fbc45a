"""What every public page shows of this app: the newsletters in the footer."""

from dataclasses import dataclass

from django import template
from django.urls import NoReverseMatch

from subscribers.offers import open_newsletters

register = template.Library()


@dataclass(frozen=True, slots=True)
class FooterLink:
    """A newsletter as the footer links to it."""

    name: str
    url: str


@register.simple_tag
def footer_newsletters() -> list[FooterLink]:
    """The newsletters that are open for sign-up, in their order."""
    try:
        return [
            FooterLink(newsletter.name, newsletter.get_absolute_url())
            for newsletter in open_newsletters()
        ]
    except NoReverseMatch:  # this app alone, without the pages of `newsletter`
        return []
