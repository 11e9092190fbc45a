"""A whole installation for a browser: site, worker, beat and Chromium, on the test's database."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.servers import Broker, Worker, unavailable

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What is expected of a page may take so long (ms) where many tests share few cores.
PATIENCE = 20_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium from CHROMIUM or the system.

    Closed after each module: while it is open, its event loop runs in this thread.
    """
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not shutil.which(path):
        unavailable(f"There is no Chromium at {path}; install it or set CHROMIUM.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        # Playwright's loop makes Django believe that it is called from asynchronous code.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(
    broker: Broker, transactional_db: None, live_server: Any, settings: Any, tmp_path: Path
) -> Iterator[str]:
    """The address of a development site whose worker and beat run as processes of their own."""
    settings.DEBUG = True
    settings.SITE_URL = live_server.url
    settings.EMAIL_PROVIDERS = ["outbox"]
    own = {"DEBUG": "on", "SITE_URL": live_server.url, "EMAIL_PROVIDERS": "outbox"}
    worker = Worker(broker=broker, log=tmp_path / "worker.log")
    worker.start(**own)
    beat = subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "-A", "config", "beat"),
            *("-S", "config.beat.Scheduler", "--pidfile", "", "-l", "WARNING"),
        ],
        env=os.environ | worker.environment() | own,
        start_new_session=True,
    )
    yield live_server.url
    beat.kill()
    beat.wait(10)
    worker.kill()
