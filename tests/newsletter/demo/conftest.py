"""Files of the demo go to a folder of the test's own; pictures are drawn small where many are."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from newsletter.demo import pictures


@pytest.fixture(autouse=True)
def files_apart(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMAIL_PROVIDERS = ["outbox"]
    return tmp_path


@pytest.fixture
def quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """One picture for all: drawing each is tested on its own and takes seconds."""
    buffer = BytesIO()
    Image.new("RGB", (64, 36), "#14507A").save(buffer, "JPEG")
    monkeypatch.setattr(pictures, "draw", lambda _name: buffer.getvalue())
