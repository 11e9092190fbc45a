"""Mails to one person, asked for by whatever act calls for one: written as a row, sent by a worker.

What they say is `subscribers.notices`.
"""

from datetime import datetime
from typing import Any

from subscribers.inserting import insert
from subscribers.models import Notice, Subscriber


def add(
    *,
    kind: str,
    subscriber: Subscriber | None = None,
    staff_address: str = "",
    context: dict[str, Any],
    now: datetime,
) -> Notice:
    """Write the row that a worker sends within seconds. `context` holds ids and words only.

    STAFF_ALERT needs `subject` and `message` in it, and may have a `url`.
    """
    row = {
        "kind": kind,
        "subscriber_id": subscriber.pk if subscriber else None,
        "address_hash": subscriber.address_hash if subscriber else "",
        "staff_address": staff_address,
        "context": context,
        "not_before": now,
        "created_at": now,
    }
    ((pk,),) = insert(Notice, [row])
    return Notice(pk=pk, **row)
