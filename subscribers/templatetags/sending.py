"""What every page of the desk shows while sending is locked."""

from django import template

from subscribers import witness
from subscribers.models import SendingLock

register = template.Library()


@register.simple_tag
def sending_lock() -> SendingLock | None:
    """The lock when nothing is sent, since when and why; one query."""
    return witness.locked()
