"""Errors to Sentry, or what speaks like it, where SENTRY_DSN is set; without it nothing is loaded.

No personal data leaves: of each event only what is listed here is kept, all of it is masked as the
lines of the log are, and neither variables, requests, cookies nor what went before are in it.
"""

import logging
import sys
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.integrations.threading import ThreadingIntegration
from sentry_sdk.utils import event_from_exception
from structlog.contextvars import get_contextvars

from config.masks import all_masked

_KEPT = (
    *("event_id", "timestamp", "platform", "level", "logger", "transaction", "sdk"),
    *("release", "environment", "server_name", "exception", "logentry", "threads"),
)
_OF_A_LINE = {"event", "exc_info", "level", "logger", "timestamp"}


def start(*, dsn: str, environment: str, release: str) -> None:
    """Begin, for this process and those that it forks. `release` "": Git's, if there is one."""
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        release=release or None,
        integrations=[
            AtexitIntegration(callback=lambda _pending, _seconds: None),
            CeleryIntegration(propagate_traces=False),
            DedupeIntegration(),
            DjangoIntegration(signals_spans=False),
            ExcepthookIntegration(),
            LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None),
            ThreadingIntegration(propagate_scope=False),
        ],
        # Others tell of command lines, installed packages and addresses that were called.
        default_integrations=False,
        auto_enabling_integrations=False,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        enable_metrics=False,
        propagate_traces=False,
        before_send=_cleaned,
    )


def _cleaned(event: Any, hint: dict[str, Any]) -> Any:
    """What may leave, with the ids of request, task, mail and batch as tags to search by."""
    record = hint.get("log_record")
    line = record.msg if record and isinstance(record.msg, dict) else {}
    if line.get("exc_info"):
        found, _ = event_from_exception(
            sys.exc_info(), client_options=sentry_sdk.get_client().options
        )
        event |= found
    if line:
        event["logentry"] = {"message": str(line["event"])}
    tags = get_contextvars() | {key: line[key] for key in line.keys() - _OF_A_LINE}
    kept = {key: event[key] for key in _KEPT if key in event}
    return all_masked(kept | {"tags": {key: str(value) for key, value in tags.items()}})
