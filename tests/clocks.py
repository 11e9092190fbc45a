"""Both clocks that mail waits for, at one time of a test's own."""

from collections.abc import Callable
from datetime import datetime

import pytest

from subscribers import clock


def set_clocks(monkeypatch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    """The database's clock and the machine's say what `now` says, whenever they are asked."""
    monkeypatch.setattr(clock, "database_now", now)
    monkeypatch.setattr(clock, "machine_now", now)
