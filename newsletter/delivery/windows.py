"""Readers of a relay's open windows who differ from the part of the batch that they are in.

Over several connections answers come in any order. When a call breaks, those without one lie among
those who have one; each of them becomes an exception, so that nobody else is in doubt with them.
"""

from datetime import datetime

from newsletter.delivery import exceptions
from newsletter.delivery.claims import Claim
from newsletter.models import DeliveryException
from subscribers.mailing.answers import Answer, Failure

State = DeliveryException.State


def record(
    *, claim: Claim, answer: Answer, not_before: datetime | None, attempts: int, now: datetime
) -> None:
    """Exceptions for `answer.unknown` and `answer.not_sent`, the latter with a follow-up batch.

    `attempts`: how many calls in a row came to nothing for those who were not sent.
    """
    batch = claim.batch
    exceptions.write(
        digest_id=batch.digest_id,
        new=State.UNKNOWN,
        failures=dict.fromkeys(answer.unknown, Failure(reason="no_answer")),
        now=now,
    )
    if answer.not_sent:
        exceptions.wait(
            digest_id=batch.digest_id,
            lane=batch.lane,
            failures=dict.fromkeys(answer.not_sent, Failure(reason="not_sent")),
            now=now,
            parent=batch,
            not_before=not_before,
            attempts=attempts,
            tried=False,
        )
