"""Runs groups of checks side by side, so that one that hangs keeps no other from its answer."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connections

from config.doctor.findings import failed
from config.watching.readiness import Check
from subscribers.mailing.errors import scrub


@dataclass(frozen=True, slots=True)
class Group:
    """A title and what is looked at under it, for so many seconds at most."""

    title: str
    look: Callable[[], Iterable[Check]]
    seconds: float = 30.0


@dataclass(slots=True)
class _Run:
    group: Group
    found: list[Check] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        # Nobody waits for it at the end of the process.
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        try:
            for check in self.group.look():
                self.found.append(check)
        except Exception as error:  # noqa: BLE001
            # Whatever it stumbled over is a finding.
            self.found.append(_stumbled(error))
        finally:
            connections.close_all()
            self.done.set()


def examine(groups: Sequence[Group]) -> Iterator[tuple[str, list[Check]]]:
    """Title and checks of each group, in order, each as soon as it and those before are done."""
    begun = time.monotonic()
    runs = [_Run(group) for group in groups]
    for run in runs:
        run.start()
    for run in runs:
        left = begun + run.group.seconds - time.monotonic()
        in_time = run.done.wait(max(left, 0))
        found = list(run.found)
        yield run.group.title, found if in_time else [*found, _late(run.group)]


def _late(group: Group) -> Check:
    return failed(
        "time",
        f"no answer within {group.seconds:.0f} s; what would come after is not looked at",
        "Look whether the server that is asked here hangs, or a firewall drops what is sent to it.",
    )


def _stumbled(error: Exception) -> Check:
    return failed(
        "end",
        f"broke off: {scrub(f'{type(error).__name__}: {error}')}",
        "Mend what is said above and ask again; if there is nothing, it is a fault of doctor's.",
    )
