"""A provider's event in our own words: what is kept of it, and no address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from anymail.signals import AnymailTrackingEvent

from newsletter.tracking.severity import Verdict, judge
from subscribers.addresses import AddressError, normalise
from subscribers.mailing.errors import scrub
from subscribers.suppression import address_hash

_LARGEST = 2**63
# What is sent along with each mail, in the order of the one tag that holds all.
_NAMES = ("source", "token", "subscriber")


@dataclass(frozen=True, slots=True)
class Report:
    """One event of one reader's mail. As JSON it is one element of `ReportPost.reports`."""

    verdict: Verdict
    at: datetime
    # As sent along: "digest:12", "notice:7"; "" when the provider gives no metadata back.
    source: str = ""
    # The batch's.
    token: UUID | None = None
    subscriber_id: int | None = None
    # Where there is no subscriber id: the address, keyed.
    address_hash: str = ""
    reason: str = ""
    detail: str = ""

    @property
    def digest_id(self) -> int | None:
        """The digest that the mail belongs to."""
        kind, _, number = self.source.partition(":")
        return _number(number) if kind == "digest" else None

    @property
    def is_dead_end(self) -> bool:
        """Whether the reader must not be mailed again."""
        return self.verdict in {Verdict.HARD, Verdict.COMPLAINED}


class Unreadable(ValueError):
    """A stored report that is not one: it stays where it is, with the error."""


def from_event(
    *, provider: str, event: AnymailTrackingEvent, received_at: datetime
) -> Report | None:
    """What is worth keeping of an event; None when nothing would follow from it.

    That is what says nothing of a mailbox and names no reader of a digest. A time in the future, or
    none, is that of its coming in.
    """
    verdict, word = judge(provider=provider, event=event)
    along = _sent_along(event)
    subscriber_id = _number(along.get("subscriber"))
    at = event.timestamp if event.timestamp and event.timestamp.tzinfo else received_at
    report = Report(
        verdict=verdict,
        at=min(at, received_at).astimezone(UTC),
        source=scrub(str(along.get("source") or ""), at_most=40),
        token=_uuid(along.get("token")),
        subscriber_id=subscriber_id,
        address_hash="" if subscriber_id is not None else _hash(event.recipient),
        reason=scrub(word, at_most=40),
        detail="" if verdict == Verdict.TAKEN else _detail(event),
    )
    return report if _matters(report) else None


def source_of(event: AnymailTrackingEvent) -> str:
    """What the mail was of, as sent along with it: "digest:12"; "" where nothing came back."""
    return str(_sent_along(event).get("source") or "")


def to_json(report: Report) -> dict[str, Any]:
    """Only what differs from the defaults: a digest brings a million of these."""
    words = (
        ("verdict", report.verdict.value),
        ("at", report.at.isoformat()),
        ("source", report.source),
        ("token", str(report.token or "")),
        ("subscriber_id", report.subscriber_id),
        ("address_hash", report.address_hash),
        ("reason", report.reason),
        ("detail", report.detail),
    )
    return {name: value for name, value in words if value}


def from_json(kept: dict[str, Any]) -> Report:
    """The report that `to_json` wrote; raises Unreadable."""
    try:
        values = dict(kept)
        values["verdict"] = Verdict(values["verdict"])
        values["at"] = datetime.fromisoformat(values["at"])
        values["token"] = UUID(values["token"]) if "token" in values else None
        return Report(**values)
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(str(kept.get("error") or type(error).__name__)) from error


def _matters(report: Report) -> bool:
    if report.verdict == Verdict.NOTHING:
        return False
    if report.verdict == Verdict.TAKEN:
        return report.digest_id is not None and report.subscriber_id is not None
    return report.subscriber_id is not None or report.address_hash != ""


def _sent_along(event: AnymailTrackingEvent) -> Mapping[str, Any]:
    """Source, token and subscriber, wherever the provider carries them (`providers.Metadata`)."""
    if isinstance(event.metadata, Mapping) and "source" in event.metadata:
        return event.metadata
    tags = [tag for tag in event.tags or () if isinstance(tag, str)]
    for tag in tags:
        if tag.count("/") == 2:
            return dict(zip(_NAMES, tag.split("/"), strict=True))
    pairs = (tag.partition(":") for tag in tags)
    return {name: value for name, _, value in pairs if name in _NAMES}


def _detail(event: AnymailTrackingEvent) -> str:
    return scrub(str(event.mta_response or event.description or ""))


def _number(value: Any) -> int | None:
    words = str(value or "")
    if not (words.isascii() and words.isdecimal() and 0 < int(words[:20]) < _LARGEST):
        return None
    return int(words[:20])


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _hash(address: Any) -> str:
    try:
        return address_hash(normalise(str(address)))
    except AddressError:
        return ""
