"""What a worker's main process says of a task whose own process died, or took too long."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery.worker.request import Request
from structlog.contextvars import bound_contextvars

from config.tracing import ids


class TracedRequest(Request):
    """Celery's request; its lines carry the ids that the task's own would have had."""

    def on_timeout(self, soft: bool, timeout: float) -> None:  # noqa: FBT001  (Celery's signature)
        with self._named():
            super().on_timeout(soft, timeout)

    def on_failure(self, *arguments: Any, **named: Any) -> Any:
        with self._named():
            return super().on_failure(*arguments, **named)

    @contextmanager
    def _named(self) -> Iterator[None]:
        trace = self.request_dict.get(ids.TRACE)
        of_task = ids.of_task(
            name=self.name, task_id=self.id, trace=trace, kwargs=self.kwargs or {}
        )
        with bound_contextvars(**of_task):
            yield
