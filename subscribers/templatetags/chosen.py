"""What somebody sent, by a name that is made in the template."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def chosen(sent: Mapping[str, str] | None, name: str) -> str:
    """The value of `name` in `sent`; "" when nothing was."""
    return sent.get(name, "") if sent else ""
