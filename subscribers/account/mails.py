"""Mails about a reader's link or address: what they say, and whom they go to."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from subscribers import links
from subscribers.addresses import mask
from subscribers.models import AddressChange, Notice, Subscriber

Kind = Notice.Kind
KINDS = {Kind.FRESH_LINK, Kind.NEW_ADDRESS, Kind.ADDRESS_CHANGED, Kind.ADDRESS_TAKEN}


@dataclass(frozen=True, slots=True)
class AccountMail:
    """Subject, template (in `emails/notices/`) and what the template needs."""

    subject: str
    template: str
    context: dict[str, str] = field(default_factory=dict)


def address(*, notice: Notice) -> str:
    """Where a notice goes that does not go to the reader's address as it is; "" when nowhere."""
    change = AddressChange.objects.filter(pk=notice.context["change_id"]).first()
    if change is None:
        return ""
    return change.new_address if notice.kind == Kind.NEW_ADDRESS else change.old_address


def goes_elsewhere(*, notice: Notice) -> bool:
    """Whether `address` says where it goes."""
    return notice.kind in {Kind.NEW_ADDRESS, Kind.ADDRESS_CHANGED}


def words(*, notice: Notice, subscriber: Subscriber) -> AccountMail:
    """What a notice of one of `KINDS` says."""
    if notice.kind == Kind.FRESH_LINK:
        return _fresh_link(notice, subscriber)
    if notice.kind == Kind.NEW_ADDRESS:
        url = links.new_address_url(subscriber_id=subscriber.pk, row_id=notice.context["change_id"])
        return AccountMail(_("Please confirm your new address"), "new_address", {"url": url})
    if notice.kind == Kind.ADDRESS_CHANGED:
        context = {"address": mask(subscriber.address or "")}
        return AccountMail(_("Your mails go to another address now"), "address_changed", context)
    url = _choices_url(subscriber, notice.created_at)
    return AccountMail(_("Nothing was changed"), "address_taken", {"url": url})


def _fresh_link(notice: Notice, subscriber: Subscriber) -> AccountMail:
    link_id = notice.context.get("link_id")
    if link_id is None:
        url = _choices_url(subscriber, notice.created_at)
        return AccountMail(_("Your link to your mails"), "choices_link", {"url": url})
    url = links.fresh_url(subscriber_id=subscriber.pk, row_id=link_id)
    return AccountMail(_("Your link to your data"), "fresh_link", {"url": url})


def _choices_url(subscriber: Subscriber, issued_at: datetime) -> str:
    return links.preferences_url(subscriber_id=subscriber.pk, issued_at=issued_at)
