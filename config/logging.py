"""Logs: one event name and ids a line, never an address; for people or as JSON (LOG_FORMAT)."""

from typing import Any

import structlog

from config.masks import all_masked

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
]
# To the second: a person reads these lines as they come by.
_FOR_PEOPLE = "%Y-%m-%d %H:%M:%SZ"

_LOGGERS: dict[str, Any] = {
    # Django's own handlers would say each of its lines a second time.
    "django": {"handlers": [], "level": "INFO"},
    # Strangers try names that are not ours; each would be a long line.
    "django.security.DisallowedHost": {"level": "CRITICAL"},
    # Or send more than a page takes.
    "django.security.RequestDataTooBig": {"level": "CRITICAL"},
    "django.security.TooManyFieldsSent": {"level": "CRITICAL"},
    # Only that somebody failed to log in, not each thing that it does about it.
    "axes": {"level": "WARNING"},
    # A tick every second would bury everything else.
    "celery.worker.strategy": {"level": "WARNING"},
    "celery.app.trace": {"level": "WARNING"},
    "celery.beat": {"level": "WARNING"},
    # Request lines and payloads of providers may hold addresses.
    "httpx": {"level": "WARNING"},
    "urllib3": {"level": "WARNING"},
}


def logging_config(*, log_format: str) -> dict[str, Any]:
    """The `LOGGING` dictionary; `log_format` is "text" or "json"."""
    is_json = log_format == "json"
    stamp = structlog.processors.TimeStamper(fmt="iso" if is_json else _FOR_PEOPLE, utc=True)
    shared = [*_SHARED, stamp]
    renderer = structlog.processors.JSONRenderer() if is_json else _for_people()
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    _short_if_expected,
                    # Here and not above, so that it holds for the lines of libraries too.
                    structlog.processors.format_exc_info,
                    _masked,
                    renderer,
                ],
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": _LOGGERS,
    }


def _for_people() -> structlog.dev.ConsoleRenderer:
    """Plain, because a traceback with local variables would print addresses."""
    return structlog.dev.ConsoleRenderer(
        colors=False,
        pad_event_to=0,
        pad_level=False,
        exception_formatter=structlog.dev.plain_traceback,
    )


def _short_if_expected(_logger: Any, _method: str, event: Any) -> Any:
    """A page that was refused, or is not there, is no fault of ours, and takes one line."""
    if event.get("logger") == "django.request" and event.get("level") == "warning":
        event.pop("exc_info", None)
    return event


def _masked(_logger: Any, _method: str, event: Any) -> Any:
    """The line without tokens of links and without addresses, also in its traceback."""
    return all_masked(event)
