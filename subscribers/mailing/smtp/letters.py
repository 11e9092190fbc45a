"""One mail to one reader, and what became of it."""

from dataclasses import dataclass
from enum import Enum, auto

from subscribers.mailing.answers import Failure
from subscribers.mailing.messages import Recipient
from subscribers.mailing.mime import Compiled


class Fate(Enum):
    """Where a letter is. Until its final dot may have left it was not sent."""

    WAITING = auto()
    ACCEPTED = auto()
    FAILED = auto()
    RETRY = auto()
    # The final dot may have left and no answer came (RFC 5321 section 4.1.1.4).
    UNKNOWN = auto()


@dataclass(slots=True)
class Letter:
    """`failure` says why it failed, or why it is to be tried again."""

    mail: Compiled
    recipient: Recipient
    fate: Fate = Fate.WAITING
    failure: Failure | None = None

    @property
    def is_answered(self) -> bool:
        """Whether the relay has said what it did with it, or it could not be written at all."""
        return self.fate is not Fate.WAITING and self.fate is not Fate.UNKNOWN
