"""Files of the demo go to a folder of the test's own; pictures are drawn small where many are."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import override_settings
from PIL import Image

from newsletter import demo
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
    _draw_quickly(monkeypatch)


@pytest.fixture(scope="module")
def loaded(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, tmp_path_factory
) -> Iterator[demo.DemoResult]:
    """The demo at the module's NOW, loaded once: what a test changes is undone after it."""
    with django_db_blocker.unblock(), there(now=request.module.NOW, files=tmp_path_factory) as one:
        yield one


@contextmanager
def there(*, now: datetime, files: pytest.TempPathFactory) -> Iterator[demo.DemoResult]:
    """A database with the demo of `now` in it, while this lasts; its files are nobody's."""
    folder = files.mktemp("demo")
    apart = override_settings(VAR_DIR=folder, MEDIA_ROOT=folder, EMAIL_PROVIDERS=["outbox"])
    whole = transaction.atomic()
    # As that of a test: what must be the outermost transaction may be inside it.
    whole._from_testcase = True
    with pytest.MonkeyPatch.context() as patch, whole:
        _draw_quickly(patch)
        with apart:
            result = demo.load(now=now)
        # Django does it after each test, and the transaction would end with the connection.
        patch.setattr(connections["default"], "close", lambda: None)
        yield result
        transaction.set_rollback(True)


def _draw_quickly(patch: pytest.MonkeyPatch) -> None:
    buffer = BytesIO()
    Image.new("RGB", (64, 36), "#14507A").save(buffer, "JPEG")
    patch.setattr(pictures, "draw", lambda _name: buffer.getvalue())
