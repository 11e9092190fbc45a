"""No line of the log lets its reader act for a subscriber, or says who one is."""

import logging
import sys

import pytest
from django.core.exceptions import PermissionDenied

from config import masks
from config.logging import logging_config

TOKEN = "AAAAAAAAAAEAAAABI2zeLnWBYD2AqLOcaIgJtw"


def line(log_format, message, *values, exc_info=None, level=logging.ERROR):
    settings = dict(logging_config(log_format=log_format)["formatters"]["line"])
    formatter = settings.pop("()")(**settings)
    record = logging.LogRecord("django.request", level, "", 1, message, values, exc_info)
    return formatter.format(record)


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("kind", ["confirm", "unsubscribe", "preferences"])
def test_it_leaves_tokens_of_links_out(log_format, kind):
    said = line(log_format, "Internal Server Error: %s", f"/{kind}/{TOKEN}/")
    assert TOKEN not in said
    assert f"/{kind}/[token]/" in said


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_it_says_where_a_library_failed_but_not_for_whom(log_format):
    try:
        raise ValueError("Key (address_key)=(reader@mail.example) already exists.")
    except ValueError:
        said = line(log_format, "Internal Server Error", exc_info=sys.exc_info())
    assert "Traceback" in said
    assert "test_logging.py" in said
    assert "Key (address_key)=([address]) already exists." in said


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_page_that_was_refused_takes_one_line(log_format):
    try:
        raise PermissionDenied
    except PermissionDenied:
        info, said = sys.exc_info(), "Forbidden (Permission denied): %s"
    refused = line(log_format, said, "/admin/", exc_info=info, level=logging.WARNING)
    assert "Forbidden (Permission denied): /admin/" in refused
    assert "Traceback" not in refused
    assert len(refused.splitlines()) == 1


def test_it_leaves_everything_else_as_it_is(monkeypatch):
    monkeypatch.setattr(masks, "_HERE", "host")
    said = line("json", "Task newsletter.plan_digests[1] of bulk@host: /articles/harbour/ @ 12:00")
    assert "Task newsletter.plan_digests[1] of bulk@host: /articles/harbour/ @ 12:00" in said
