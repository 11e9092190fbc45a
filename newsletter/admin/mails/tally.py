"""How many readers of a mail are where, at a glance."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from newsletter.admin.mails.looks import UNKNOWN
from newsletter.delivery.counts import Counts
from subscribers.admin.chips import chip


def tally(found: Counts) -> SafeString | str:
    """ "1,980 of 3,000 accepted", then what is not as it should be; "" before it has readers."""
    if not found.audience:
        return ""
    parts = ((part,) for part in _parts(found))
    return format_html('<span class="desk-tally">{}</span>', format_html_join(" ", "{}", parts))


def _parts(found: Counts) -> list[SafeString]:
    parts = [
        format_html("<span>{} of {} accepted</span>", f"{found.accepted:,}", f"{found.audience:,}")
    ]
    if found.waiting:
        parts.append(format_html("<span>{} waiting</span>", f"{found.waiting:,}"))
    if found.failed:
        parts.append(format_html('<span class="desk-signal">{} failed</span>', f"{found.failed:,}"))
    if found.unknown:
        parts.append(chip(look=UNKNOWN, word=f"{found.unknown:,} unknown"))
    if found.left:
        parts.append(format_html("<span>{} left before</span>", f"{found.left:,}"))
    return parts
