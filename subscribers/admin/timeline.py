"""What happened with one reader, as one line of time: consents, mails to him alone, blocks."""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from subscribers.admin.chips import Look
from subscribers.models import Consent, Subscriber, Suppression

_ACTS = {
    Consent.Act.REQUESTED: Look("edit", "slate"),
    Consent.Act.CONFIRMED: Look("check_circle", "leaf"),
    Consent.Act.ADDED: Look("add_circle", "leaf"),
    Consent.Act.LEFT: Look("logout", "signal"),
    Consent.Act.REJOINED: Look("undo", "leaf"),
    Consent.Act.IMPORTED: Look("upload", "slate"),
    Consent.Act.PAUSED: Look("pause_circle", "amber"),
    Consent.Act.RESUMED: Look("play_circle", "leaf"),
    Consent.Act.WEEKDAYS_ONLY: Look("date_range", "slate"),
    Consent.Act.EVERY_DAY: Look("calendar_month", "slate"),
    Consent.Act.LIFTED: Look("lock_open", "leaf"),
    Consent.Act.BLOCKED: Look("block", "signal"),
    Consent.Act.MOVED: Look("alternate_email", "slate"),
    Consent.Act.TOLD: Look("download", "slate"),
    Consent.Act.ERASED: Look("delete", "signal"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: when, what, and how it is known."""

    at: datetime
    look: Look
    what: str
    proof: str = ""


def timeline(*, subscriber: Subscriber) -> list[Happening]:
    """Newest first; three queries."""
    happenings = [*_consents(subscriber), *_notices(subscriber), *_blocks(subscriber)]
    return sorted(happenings, key=attrgetter("at"), reverse=True)


def _consents(subscriber: Subscriber) -> list[Happening]:
    rows = Consent.objects.filter(subscriber_id=subscriber.pk).select_related("newsletter")
    return [
        Happening(
            at=row.at,
            look=_ACTS[Consent.Act(row.act)],
            what=": ".join(map(str, filter(None, (row.newsletter, row.get_act_display())))),
            proof=", ".join(
                part
                for part in (
                    f"by {row.method}",
                    row.detail,
                    row.page and f"at {row.page}",
                    row.network and f"from network {row.network}",
                    row.wording and f"wording {row.wording}",
                )
                if part
            ),
        )
        for row in rows
    ]


def _notices(subscriber: Subscriber) -> list[Happening]:
    return [
        Happening(
            at=notice.created_at,
            look=Look("mail", "slate"),
            what=f'Mail "{notice.get_kind_display()}": {notice.get_state_display()}',
            proof=notice.answer,
        )
        for notice in subscriber.notices.all()
    ]


def _blocks(subscriber: Subscriber) -> list[Happening]:
    if not subscriber.address_hash:
        return []
    return [
        Happening(
            at=row.created_at,
            look=Look("block", "signal"),
            what=f"Not mailed any more: {row.get_reason_display()}",
            proof=row.detail,
        )
        for row in Suppression.objects.filter(address_hash=subscriber.address_hash)
    ]
