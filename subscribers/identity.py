"""What a reader's row holds of an address: set together, emptied together."""

from datetime import datetime

from subscribers import suppression
from subscribers.addresses import Address
from subscribers.inserting import insert
from subscribers.models import Subscriber

# Of a reader who was erased.
NOTHING: dict[str, str | None] = {
    "address": None,
    "address_key": None,
    "address_hash": "",
    "domain": "",
}


def columns(address: Address) -> dict[str, str]:
    """Column -> value of `Subscriber` for an address."""
    return {
        "address": address.mailable,
        "address_key": address.key,
        "address_hash": suppression.address_hash(address.key),
        "domain": address.domain,
    }


def find_or_make(*, address: Address, now: datetime) -> Subscriber:
    """The reader of an address, made if need be, locked until the transaction ends.

    One statement, the same for both: it writes something of one who is there, though nothing new.
    The first spelling stays. Only the key and the columns above are set in what it returns.
    """
    row = {**columns(address), "created_at": now}
    there = "(address_key) DO UPDATE SET domain = excluded.domain"
    ((pk,),) = insert(Subscriber, [row], on_conflict=there)
    return Subscriber(pk=pk, **row)
