"""What a reader's row holds of an address: set together, emptied together."""

from subscribers import suppression
from subscribers.addresses import Address

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
        "domain": address.key.rpartition("@")[2],
    }
