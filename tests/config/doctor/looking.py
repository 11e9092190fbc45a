"""What tests of `doctor` share: checks by name, facts, and servers that are no help."""

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from config.doctor.findings import Known
from config.watching.asking import BrokerFacts, DatabaseFacts
from config.watching.readiness import QUEUES, Check
from tests.factories import NOW

NOTHING = Known(database=None, broker=None)


def known(*, at: datetime = NOW, broker: bool = True) -> Known:
    """All is there."""
    return Known(
        database=DatabaseFacts(now=at, unmigrated=(), seen=tuple((one, at) for one in QUEUES)),
        broker=BrokerFacts(tick=at, plan=at) if broker else None,
    )


def by_name(checks: Iterable[Check]) -> dict[str, Check]:
    """Each check by its name; a name stands once."""
    found = list(checks)
    named = {check.name: check for check in found}
    assert len(named) == len(found), found
    return named


@contextmanager
def silent_server() -> Iterator[int]:
    """A port of loopback where one can connect and nobody ever says a word."""
    kept = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            while True:
                try:
                    kept.append(server.accept())
                except OSError:
                    return

        threading.Thread(target=take, daemon=True).start()
        yield server.getsockname()[1]
    for connection, _ in kept:
        connection.close()
