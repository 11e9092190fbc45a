"""What happened with one reader, as one line of time: consents, his mails, failures, blocks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from subscribers.admin.chips import Look
from subscribers.extensions import registered
from subscribers.models import Consent, Notice, Subscriber, Suppression

_ACTS = {
    Consent.Act.REQUESTED: Look("edit", "slate"),
    Consent.Act.CONFIRMED: Look("check_circle", "leaf"),
    Consent.Act.ADDED: Look("add_circle", "leaf"),
    Consent.Act.LEFT: Look("logout", "signal"),
    Consent.Act.REJOINED: Look("undo", "leaf"),
    Consent.Act.IMPORTED: Look("upload", "slate"),
    Consent.Act.PAUSED: Look("pause", "amber"),
    Consent.Act.RESUMED: Look("play_arrow", "leaf"),
    Consent.Act.WEEKDAYS_ONLY: Look("event_busy", "slate"),
    Consent.Act.EVERY_DAY: Look("event_available", "slate"),
    Consent.Act.ONCE_A_WEEK: Look("calendar_view_week", "slate"),
    Consent.Act.OWN_TIME: Look("schedule", "slate"),
    Consent.Act.LIFTED: Look("lock_open", "leaf"),
    Consent.Act.BLOCKED: Look("block", "signal"),
    Consent.Act.MOVED: Look("alternate_email", "slate"),
    Consent.Act.TOLD: Look("visibility", "slate"),
    Consent.Act.ERASED: Look("delete", "signal"),
    Consent.Act.SAID_WHY: Look("chat_bubble", "slate"),
}

_NOTICES = {
    Notice.State.FAILED.value: Look("error", "signal"),
    Notice.State.UNKNOWN.value: Look("question_mark", "plum"),
}
_MAILS = {
    "good": Look("mail", "leaf"),
    "bad": Look("error", "signal"),
    "unsure": Look("question_mark", "plum"),
    "quiet": Look("mail", "slate"),
}


# How an act came about, for people; one that is not here speaks for itself.
_METHODS = {
    "form": "on the sign-up form",
    "confirm link": "with the link in a mail",
    "unsubscribe page": "with the link in a mail",
    "preferences": "on the page of choices",
    "one-click": "by the mail program's button",
    "desk": "at the desk",
    "import": "from a file",
    "command": "from the command line",
    "retention": "by the rules of keeping",
    "service": "by the service itself",
    "hard bounce": "by a report that the mailbox is gone",
    "spam report": "by a report of spam",
    "demo": "with the demo",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: when, what, and how it is known."""

    at: datetime
    look: Look
    what: str
    proof: str = ""
    # Where the desk tells more of it.
    url: str = ""


def timeline(*, subscriber: Subscriber, may: Callable[[str], bool]) -> list[Happening]:
    """Newest first; leads only to pages that whoever looks `may` open, which is asked by right."""
    happenings = [
        *_consents(subscriber),
        *_leaving_words(subscriber),
        *_notices(subscriber),
        *_blocks(subscriber),
        *_mails(subscriber, may),
    ]
    return sorted(happenings, key=attrgetter("at"), reverse=True)


def _consents(subscriber: Subscriber) -> list[Happening]:
    rows = Consent.objects.filter(subscriber_id=subscriber.pk).select_related("newsletter")
    return [
        Happening(
            at=row.at,
            look=_ACTS[Consent.Act(row.act)],
            what=f"{row.newsletter or 'This reader'}: {row.get_act_display()}",
            proof=", ".join(
                part
                for part in (
                    _METHODS.get(row.method, row.method),
                    row.page and f"at {row.page}",
                    row.network and f"from network {row.network}",
                    row.wording and f"wording {row.wording}",
                    row.detail,
                )
                if part
            ),
        )
        for row in rows
    ]


def _leaving_words(subscriber: Subscriber) -> list[Happening]:
    return [
        Happening(
            at=one.at,
            look=Look("chat", "slate"),
            what=f"{one.newsletter or 'Everything'}: wrote why",
            proof=one.words,
        )
        for one in subscriber.leaving_words.select_related("newsletter")
    ]


def _notices(subscriber: Subscriber) -> list[Happening]:
    return [
        Happening(
            at=notice.created_at,
            look=_NOTICES.get(notice.state, Look("mail", "slate")),
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


def _mails(subscriber: Subscriber, may: Callable[[str], bool]) -> list[Happening]:
    return [
        Happening(
            at=one.at,
            look=_MAILS[one.tone],
            what=one.what,
            proof=one.proof,
            url=one.url if may(one.right) else "",
        )
        for one in registered().reader_mails(subscriber.pk)
    ]
