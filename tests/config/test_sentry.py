"""What reaches Sentry: where a task or a page failed, with ids, and nobody's name."""

import gzip
import json
import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest
from celery import current_app
from django.core.exceptions import ImproperlyConfigured
from structlog.contextvars import bound_contextvars

from config import locations
from newsletter import wake
from tests.providers import HttpApi, http_api
from tests.servers import ROOT, Broker, Worker, wait_for

ADDRESS = "jane.doe@mail.example"
SPELLINGS = (ADDRESS, quote(ADDRESS), b64encode(ADDRESS.encode()).decode(), "jane.doe")

PAGE = """
import io, os
from config.wsgi import application
body = io.BytesIO(b"email=jane.doe%40mail.example&newsletters=morning")
said = []
answer = application({
    "REQUEST_METHOD": "POST", "PATH_INFO": "/subscribe/",
    "QUERY_STRING": "from=jane.doe@mail.example",
    "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "HTTP_HOST": "127.0.0.1:8000",
    "REMOTE_ADDR": "127.0.0.1", "SCRIPT_NAME": "",
    "CONTENT_TYPE": "application/x-www-form-urlencoded",
    "CONTENT_LENGTH": str(len(body.getvalue())),
    "HTTP_COOKIE": "sessionid=jane.doe@mail.example",
    "wsgi.input": body, "wsgi.errors": io.StringIO(), "wsgi.url_scheme": "http",
    "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}, lambda status, headers: said.append((status, dict(headers))))
print(said[0][0], said[0][1]["X-Request-ID"])
"""


@pytest.fixture
def sentry():
    with http_api() as api:
        api.status, api.body = 200, "{}"
        yield api


def dsn(api: HttpApi) -> str:
    return f"{api.url.replace('http://', 'http://publickey@').rstrip('/')}/7"


def events(api: HttpApi) -> list[dict]:
    """The events in the envelopes: a line about each, then itself."""
    found = []
    for call in api.calls:
        lines = raw(call).splitlines()
        for head, item in zip(lines[1::2], lines[2::2], strict=True):
            assert json.loads(head)["type"] == "event", head
            found.append(json.loads(item))
    return found


def raw(call) -> bytes:
    packed = call.headers["Content-Encoding"] == "gzip"
    return gzip.decompress(call.body) if packed else call.body


def says_nothing_of_jane(api: HttpApi) -> None:
    said = b"".join(raw(call) for call in api.calls).decode()
    assert not [one for one in SPELLINGS if one in said], said


@pytest.mark.django_db(transaction=True)
@pytest.mark.needs_server
def test_a_task_that_fails_in_a_worker_is_told_with_its_ids(
    sentry: HttpApi, broker: Broker, transactional_db, tmp_path: Path, request
):
    worker = Worker(broker=broker, log=tmp_path / "worker.log")
    request.addfinalizer(worker.kill)
    settings = {"SENTRY_DSN": dsn(sentry), "SENTRY_RELEASE": "1.2.3", "SENTRY_ENVIRONMENT": "here"}
    worker.start(concurrency=1, **settings)

    # The database's adapter repeats what it was given for a number.
    ids = {"digest_id": 4_711, "image_id": ADDRESS}
    with bound_contextvars(trace="it"):
        current_app.send_task(wake.FETCH_IMAGE, kwargs=ids, queue="default")
    wait_for(lambda: bool(sentry.calls), seconds=20, what="the envelope", log=worker.log_file)

    (event,) = events(sentry)
    tags = event["tags"]
    assert (tags["digest"], tags["task"], tags["trace"]) == ("4711", wake.FETCH_IMAGE, "it")
    assert (event["release"], event["environment"]) == ("1.2.3", "here")
    last = event["exception"]["values"][-1]
    assert last["type"] == "ValueError"
    assert "[address]" in last["value"]
    assert any("images.py" in frame["filename"] for frame in last["stacktrace"]["frames"])
    assert not [frame for frame in last["stacktrace"]["frames"] if "vars" in frame]
    assert not {"request", "user", "extra", "breadcrumbs", "contexts", "modules"} & event.keys()
    says_nothing_of_jane(sentry)
    assert "jane" not in worker.log


def test_a_page_that_fails_is_told_without_what_was_sent_to_it(sentry: HttpApi, tmp_path: Path):
    done = run(PAGE, tmp_path, SENTRY_DSN=dsn(sentry))

    status, trace = done.stdout.split()[0], done.stdout.split()[-1]
    assert status == "500", done.stderr
    failed = [one for one in events(sentry) if "exception" in one]
    assert [one["exception"]["values"][-1]["type"] for one in failed] == ["OperationalError"]
    assert {one["tags"]["trace"] for one in events(sentry)} == {trace}
    assert not [one for one in events(sentry) if {"request", "user", "extra"} & one.keys()]
    says_nothing_of_jane(sentry)
    assert "jane" not in done.stderr


def test_an_error_that_we_log_ourselves_is_told_with_its_ids(sentry: HttpApi, tmp_path: Path):
    program = f"""
import django; django.setup()
import structlog
try: raise ValueError("{ADDRESS} is wrong")
except ValueError: structlog.get_logger("ours").exception("notice_not_made", notice=12)
structlog.get_logger("ours").warning("not_an_error")
"""
    run(program, tmp_path, SENTRY_DSN=dsn(sentry))

    (event,) = events(sentry)
    assert event["logentry"]["message"] == "notice_not_made"
    assert event["tags"]["notice"] == "12"
    assert event["exception"]["values"][0]["value"] == "[address] is wrong"
    says_nothing_of_jane(sentry)


def test_without_it_nothing_of_sentry_is_loaded(tmp_path: Path):
    program = """
import django; django.setup()
import sys, config.celery, config.wsgi
print([name for name in sys.modules if name.startswith("sentry_sdk")])
"""
    assert run(program, tmp_path).stdout.strip() == "[]"


def run(program: str, directory: Path, **env: str) -> "subprocess.CompletedProcess[str]":
    """In a process of its own, whose database has no tables."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    settings = {"DEBUG": "on", "ENV_FILE": os.devnull, "VAR_DIR": str(directory)}
    settings["DJANGO_SETTINGS_MODULE"] = "config.settings"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=kept | settings | env,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "sentry.example/1",
        "https://sentry.example/1",
        "https://key@sentry.example",
        "https://key@/1",
    ],
)
def test_what_is_no_dsn_is_refused_without_repeating_it(monkeypatch, wrong):
    monkeypatch.setenv("SENTRY_DSN", wrong)
    with pytest.raises(ImproperlyConfigured, match=r"^SENTRY_DSN ") as refused:
        locations.dsn("SENTRY_DSN", is_loopback_fine=True)
    assert "sentry.example" not in str(refused.value)


def test_in_the_clear_it_goes_to_this_machine_only(monkeypatch):
    monkeypatch.setenv("SENTRY_DSN", "http://key@sentry.example/1")
    with pytest.raises(ImproperlyConfigured, match="must start with https"):
        locations.dsn("SENTRY_DSN", is_loopback_fine=True)
    monkeypatch.setenv("SENTRY_DSN", "http://key@127.0.0.1:9000/1")
    assert locations.dsn("SENTRY_DSN", is_loopback_fine=True)
