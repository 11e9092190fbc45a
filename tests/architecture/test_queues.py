"""Every task has one queue, and every queue a worker."""

import inspect
from typing import Any

import pytest
from celery import current_app
from django.conf import settings

from config.up import commands
from newsletter import wake


def our_tasks() -> dict[str, Any]:
    current_app.loader.import_default_modules()
    ours = ("newsletter.", "subscribers.", "config.")
    return {name: task for name, task in current_app.tasks.items() if name.startswith(ours)}


def queues_with_a_worker() -> set[str]:
    served = set()
    for program in commands.workers():
        names = program.command[program.command.index("-Q") + 1]
        served |= set(names.split(","))
    return served


def test_each_task_names_a_queue_that_a_worker_serves() -> None:
    tasks = our_tasks()
    assert tasks
    queues = {name: getattr(task, "queue", None) for name, task in tasks.items()}
    assert set(queues.values()) <= queues_with_a_worker(), queues


def test_waking_a_task_uses_the_queue_that_it_names() -> None:
    queues = {name: getattr(task, "queue", None) for name, task in our_tasks().items()}
    assert {name: queues.get(name) for name in wake.QUEUES} == wake.QUEUES


TICKS = settings.CELERY_BEAT_SCHEDULE


@pytest.mark.parametrize("tick", TICKS.values(), ids=TICKS.keys())
def test_each_tick_wakes_a_task_that_exists(tick: dict[str, Any]) -> None:
    assert tick["task"] in our_tasks()
    assert tick["options"]["expires"] > tick["schedule"], "a stopped worker would find a heap"


def test_confirmation_mails_have_a_worker_of_their_own() -> None:
    served = [program.command for program in commands.workers()]
    alone = [command for command in served if command[command.index("-Q") + 1] == "transactional"]
    assert alone


def test_a_task_is_never_handed_anything_but_ids() -> None:
    """Ids by name plus `**kwargs`, so that an older or newer worker can run it too."""
    for name, task in our_tasks().items():
        kinds = [one.kind for one in inspect.signature(task.run).parameters.values()]
        assert inspect.Parameter.VAR_KEYWORD in kinds, name
        assert inspect.Parameter.POSITIONAL_OR_KEYWORD not in kinds, name
