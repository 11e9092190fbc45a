"""The Celery application. Tasks are wake-ups only: what is due is decided from the database."""

import os
import sys
from types import TracebackType
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init, setup_logging
from django.core.exceptions import ImproperlyConfigured

from config import broker
from config.tracing.tasks import TracedTask

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Celery's own run of them loads every page of the site into each worker. Those that matter to a
# worker are made below, by `refuse_wrong_settings`.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

broker.use()
app = Celery("newsletter-service", task_cls=TracedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# By name: it needs Django to be set up.
app.steps["consumer"].add("config.heartbeat:Heartbeat")


@setup_logging.connect
def use_django_logging(**_: Any) -> None:
    """Keep Celery from replacing the handlers that `settings.LOGGING` set up."""


@celeryd_init.connect
@beat_init.connect
def refuse_wrong_settings(**_: Any) -> None:
    """Stop a worker or beat that production settings do not allow, as `manage.py` does."""
    from config import checks  # noqa: PLC0415  (needs Django to be set up)

    try:
        checks.refuse()
    except ImproperlyConfigured as error:
        sys.exit(f"Wrong setting: {error}")


def _tell_kindly(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Celery reads settings outside of any code of ours: say what is wrong in one line there."""
    if isinstance(error, ImproperlyConfigured):
        sys.stderr.write(f"Wrong setting: {error}\n")
    else:
        sys.__excepthook__(kind, error, traceback)


if sys.excepthook is sys.__excepthook__:
    sys.excepthook = _tell_kindly
