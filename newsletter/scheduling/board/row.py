"""A row of the board."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.models import Digest
from newsletter.scheduling.board.steps import NextStep
from newsletter.scheduling.needs import EDITOR, SECOND, SENDER
from subscribers.models import Newsletter

State = Digest.State
PLANNED = "planned"
OVER = frozenset({State.SENT, State.SKIPPED, State.CANCELLED})


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One mail of a newsletter. `digest` is None while the schedule has not opened it."""

    # By the newsletter's own clock. None: a digest that has no time yet.
    at: datetime | None
    newsletter: Newsletter
    occurrence: str
    digest: Digest | None
    # One of `Digest.State` or "planned".
    state: str
    label: str
    missing: tuple[str, ...]
    # "goes by itself", "an editor", "a second person", "a sender", or "" when nobody needs to.
    who: str
    next_step: NextStep
    is_weekly: bool = False
    # When its first and its last readers get it, where it goes by each one's clock.
    waves: tuple[datetime, datetime] | None = None
    # From when on no story comes in by itself; None: it is no draft, or was locked before.
    locks_at: datetime | None = None
    # Its words were not looked at: it is not due soon, or many are.
    is_unseen: bool = False

    @property
    def ready_by(self) -> datetime | None:
        """Until when somebody has to act where he must: its first readers do not wait for him.

        Else its own time.
        """
        return self.waves[0] if self.waves and self.needs_person else self.at

    @property
    def needs_person(self) -> bool:
        """Whether nothing happens until somebody does the next step."""
        return self.who in {EDITOR, SECOND, SENDER}

    @property
    def is_urgent(self) -> bool:
        """News that cannot wait."""
        return self.digest is not None and self.digest.is_urgent

    @property
    def is_over(self) -> bool:
        """Nothing more comes of it by itself."""
        return self.state in OVER

    @property
    def key(self) -> str:
        """Names it among all rows, also once it is made."""
        return f"{self.newsletter.pk}-{self.occurrence}-{self.digest.pk if self.digest else ''}"
