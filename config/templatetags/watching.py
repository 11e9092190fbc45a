"""What every page of the desk shows while mails cannot go out."""

from django import template

from config.watching import standing
from config.watching.troubles import Trouble

register = template.Library()


@register.simple_tag
def service_troubles() -> tuple[Trouble, ...]:
    """What stands in the way of all mails; asks nothing that a page would have to wait for."""
    return standing.kept.troubles()
