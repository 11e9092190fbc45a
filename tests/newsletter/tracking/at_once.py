"""The same work in several threads with connections of their own."""

import threading
from collections.abc import Callable

from django.db import connection


def four_at_once(work: Callable[[], None]) -> None:
    """Run `work` in four threads; raises what any of them raised."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  (raised below)
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if faults:
        raise faults[0]
