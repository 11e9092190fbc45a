"""Each test asks anew: what an earlier one was told is forgotten."""

import pytest

from config.watching import views


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "kept", views._Kept())
    monkeypatch.setattr(views, "KEEP_SECONDS", 0)
