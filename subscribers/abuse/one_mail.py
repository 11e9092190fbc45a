"""Whether an address may be sent one more of the mails that anybody can ask for in its name."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from subscribers.abuse.mail_limits import (
    ASKED_FOR,
    MAILS_A_DAY,
    ONE_MAIL_IN,
    SUPPRESSED_ONE_MAIL_IN,
)
from subscribers.database import column_value, moment
from subscribers.models import Notice, Subscription, Suppression

# Asked in one statement, the same for everybody: what takes longer for a reader would tell of him.
# PostgreSQL takes the types of the columns from the first part.
_KNOWN = """
SELECT 'left', '', MAX(ended_at) FROM subscribers_subscription WHERE subscriber_id = %s
UNION ALL
SELECT 'mailed', kind, created_at FROM subscribers_notice
WHERE address_hash = %s AND created_at > %s AND kind IN (%s, %s)
UNION ALL
SELECT 'suppressed', reason, NULL FROM subscribers_suppression WHERE address_hash = %s
UNION ALL
SELECT 'suppressed', 'manual', NULL FROM subscribers_suppresseddomain WHERE domain = %s
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an address: why it is suppressed, when it left, which mails it was sent."""

    reasons: frozenset[str]
    left_at: datetime | None
    # Of the last `SUPPRESSED_ONE_MAIL_IN`.
    mailed: tuple[tuple[str, datetime], ...]

    def may_be_mailed(self, *, kind: str, now: datetime) -> bool:
        """Whether a mail of `kind` may be queued `now`."""
        # Who was erased, or moved, and asks again is like anybody else; the button lifts it.
        if self.reasons - {Suppression.Reason.ERASED, Suppression.Reason.MOVED}:
            return self._may_prove_itself(kind)
        today = [at for _, at in self.mailed if at > now - timedelta(days=1)]
        # A link from before he left does not bring him back, so he needs a new one at once.
        since = max(now - ONE_MAIL_IN, self.left_at or now - ONE_MAIL_IN)
        return len(today) < MAILS_A_DAY and not any(at > since for at in today)

    def _may_prove_itself(self, kind: str) -> bool:
        if kind != Notice.Kind.CONFIRMATION or Suppression.Reason.MANUAL in self.reasons:
            return False
        return all(mailed != Notice.Kind.CONFIRMATION for mailed, _ in self.mailed)


def known(*, subscriber_id: int, address_hash: str, domain: str, now: datetime) -> Known:
    """One statement. Limits hold when the reader's row is locked."""
    since = column_value(Notice, "created_at", now - SUPPRESSED_ONE_MAIL_IN)
    asked = [subscriber_id, address_hash, since, *ASKED_FOR, address_hash, domain]
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, asked)
        rows = cursor.fetchall()
    left = [at for what, _, at in rows if what == "left" and at]
    return Known(
        reasons=frozenset(word for what, word, _ in rows if what == "suppressed"),
        left_at=moment(Subscription, "ended_at", left[0]) if left else None,
        mailed=tuple(
            (word, moment(Notice, "created_at", at)) for what, word, at in rows if what == "mailed"
        ),
    )
