"""What a relay's reply means: the table of answers in docs/delivery.md."""

import re
from dataclasses import dataclass

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.errors import scrub
from subscribers.mailing.smtp.replies import Reply

# Says that it hangs up (RFC 5321 section 3.8).
CLOSING = 421
GO_AHEAD = 354
_BAD_MAILBOX = re.compile(r"\b5\.1\.\d{1,3}\b")


@dataclass(frozen=True, slots=True)
class Refused:
    """One recipient that was not taken: for good, or for now (`again`)."""

    failure: Failure
    again: bool


def is_good(code: int) -> bool:
    """Whether it says that what was asked was done."""
    return 200 <= code < 300


def is_refusal(code: int) -> bool:
    """Whether it says no, for now or for good, and the connection goes on."""
    return 400 <= code < 600 and code != CLOSING


def said(reply: Reply) -> str:
    """The relay's own words without addresses."""
    return scrub(f"{reply.code} {reply.words.decode('utf-8', 'replace')}")


def refused(reply: Reply, *, of_mailbox: bool) -> Refused:
    """What a refusal means for one reader; `of_mailbox`: it was the answer to RCPT."""
    words = said(reply)
    if reply.code < 500:
        return Refused(failure=Failure(reason="try_again", detail=words), again=True)
    bad_mailbox = of_mailbox and _BAD_MAILBOX.search(words) is not None
    reason = "bad_mailbox" if bad_mailbox else "refused"
    failure = Failure(reason=reason, detail=words, suppress=bad_mailbox)
    return Refused(failure=failure, again=False)


def to_connection(reply: Reply) -> Answer:
    """What anything but a welcome to greeting, EHLO or AUTH means for everybody who waits."""
    if 400 <= reply.code < 500:
        return Answer(kind=Kind.THROTTLED, detail=said(reply))
    if 500 <= reply.code < 600:
        return Answer(kind=Kind.ACCOUNT, detail=said(reply))
    return not_sent(f"The relay gave no answer that could be read: {said(reply)}")


def to_sender(reply: Reply) -> Answer:
    """What anything but a yes to MAIL means for everybody who waits."""
    if 400 <= reply.code < 500:
        return Answer(kind=Kind.THROTTLED, detail=said(reply))
    if 500 <= reply.code < 600:
        return Answer(kind=Kind.REFUSED, detail=said(reply))
    return not_sent(f"The relay gave no answer that could be read: {said(reply)}")


def not_sent(words: str) -> Answer:
    """Nothing left."""
    return Answer(kind=Kind.NOT_SENT, detail=scrub(words))


def unknown(words: str) -> Answer:
    """A mail left and no answer came."""
    return Answer(kind=Kind.UNKNOWN, detail=scrub(words))
