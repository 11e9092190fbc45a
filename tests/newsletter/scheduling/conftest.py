"""Time for every tick, and enough new stories for a digest, for those that name them."""

import pytest

from newsletter.scheduling import phases
from tests.factories import make_article


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, a tick comes to its end."""
    monkeypatch.setattr(phases, "SECONDS", 600.0)


@pytest.fixture
def stories(db: None) -> None:
    for _ in range(12):
        make_article()
