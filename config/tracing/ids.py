"""The ids themselves: of what began it, and of what a task works on."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

TRACE = "trace"


def new() -> str:
    """A trace that nobody has yet."""
    return uuid4().hex[:16]


def of_task(
    *, name: str, task_id: str, trace: str | None, kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """What lines of one task carry: its name and id, its trace, and `digest` for `digest_id`."""
    named = {
        key.removesuffix("_id"): value
        for key, value in kwargs.items()
        if key.endswith("_id") and isinstance(value, int)
    }
    began = {TRACE: trace} if trace else {}
    return {"task": name, "task_id": task_id} | began | named
