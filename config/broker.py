"""What a worker must survive: a broker that is restarted while it has a task in hand.

kombu 5.7 settles such a task on the connection that was lost. Its Redis transport then stumbles
over `None` instead of saying that the connection is lost, which nobody expects, and the worker
ends. Said properly, it is logged, and the worker connects again.
"""

from typing import Any

from kombu.transport import redis as transport
from redis.exceptions import ConnectionError as LostConnection


class Channel(transport.Channel):
    """A channel that says so when it is used after its connection was closed."""

    def _connparams(self, *arguments: Any, **named: Any) -> Any:
        if self.connection is None or self.connection.client is None:
            raise LostConnection("The connection to the broker was closed.")
        return super()._connparams(*arguments, **named)  # type: ignore[misc]


def use() -> None:
    """Make connections of this process use it."""
    transport.Transport.Channel = Channel
