"""Ids through Celery: put into each message, bound while its task runs, gone before the next."""

from typing import Any

from celery import Task
from celery.signals import before_task_publish, task_postrun, task_prerun
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from config.tracing import ids


class TracedTask(Task):  # type: ignore[type-arg]  # not a generic one when it runs
    """Each task of ours: what its worker says of it, when it died or took too long, names it."""

    # By name: only workers need it.
    Request = "config.tracing.requests:TracedRequest"
    abstract = True


@before_task_publish.connect
def hand_on(headers: dict[str, Any], **_: Any) -> None:
    """The trace of whoever wakes a task goes with it; a tick of beat begins one."""
    headers[ids.TRACE] = get_contextvars().get(ids.TRACE) or ids.new()


@task_prerun.connect
def take_up(task_id: str, task: Any, kwargs: dict[str, Any], **_: Any) -> None:
    """Nothing of the task before is left, whatever became of it."""
    clear_contextvars()
    trace = task.request.get(ids.TRACE)
    bind_contextvars(**ids.of_task(name=task.name, task_id=task_id, trace=trace, kwargs=kwargs))


@task_postrun.connect
def lay_down(**_: Any) -> None:
    """What the process says between two tasks is of neither."""
    clear_contextvars()
