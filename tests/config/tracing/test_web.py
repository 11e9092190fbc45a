"""Each request has an id: in its lines, in its answer, in the tasks that it wakes."""

import logging
import re

import pytest
import structlog
from structlog.contextvars import bind_contextvars, get_contextvars

from config.tracing import tasks

PROXY = "10.0.0.5"


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """The ids that were bound at each line of Django's own."""
    found: list[dict] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(get_contextvars())

    logger, handler = logging.getLogger("django.request"), Handler()
    logger.addHandler(handler)
    yield found
    logger.removeHandler(handler)


def test_an_answer_and_its_lines_carry_one_id_and_the_next_request_has_another(client, db, seen):
    first, second = (client.get("/nowhere/")["X-Request-ID"] for _ in range(2))
    assert re.fullmatch("[0-9a-f]{16}", first)
    assert first != second
    assert [one["trace"] for one in seen] == [first, second]
    assert not get_contextvars(), "what comes between two requests is of neither"


def test_what_a_request_leaves_behind_is_not_in_the_lines_of_the_next(client, db, seen):
    bind_contextvars(digest=12)
    client.get("/nowhere/")
    assert "digest" not in seen[0]


def test_the_id_of_a_proxy_of_ours_is_taken(client, settings):
    settings.TRUSTED_PROXIES = [PROXY]
    given = "0F3A6C1E9B2D4A58"
    answer = client.get("/healthz", headers={"X-Request-ID": given}, REMOTE_ADDR=PROXY)
    assert answer["X-Request-ID"] == given.lower()


@pytest.mark.parametrize("given", ["jane@mail.example", "a b c d e f", "x" * 65, "short", ""])
def test_what_is_no_id_is_not_taken(client, settings, given):
    settings.TRUSTED_PROXIES = [PROXY]
    answer = client.get("/healthz", headers={"X-Request-ID": given}, REMOTE_ADDR=PROXY)
    assert answer["X-Request-ID"] != given


def test_the_id_of_a_stranger_is_not_taken(client, settings):
    settings.TRUSTED_PROXIES = [PROXY]
    for address in ("203.0.113.9", "127.0.0.1"):
        given = {"X-Request-ID": "0f3a6c1e9b2d4a58"}
        answer = client.get("/healthz", headers=given, REMOTE_ADDR=address)
        assert answer["X-Request-ID"] != given["X-Request-ID"]


def test_a_task_that_is_woken_goes_on_with_the_trace_and_a_tick_begins_one():
    woken: dict = {}
    with structlog.contextvars.bound_contextvars(trace="of-the-request"):
        tasks.hand_on(headers=woken)
    assert woken == {"trace": "of-the-request"}
    ticks: list[dict] = [{}, {}]
    for tick in ticks:
        tasks.hand_on(headers=tick)
    assert ticks[0]["trace"] != ticks[1]["trace"]
