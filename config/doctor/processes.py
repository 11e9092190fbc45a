"""What runs: beat and the planner by their signs, a worker on each queue, and the lock of sending.

These are the checks of `/readyz`, which has their words and limits.
"""

from collections.abc import Iterator
from dataclasses import replace

from config.doctor.findings import Known, not_looked
from config.up.commands import NOTICES
from config.watching import readiness
from config.watching.readiness import Check, Status
from config.watching.troubles import BEAT

# They have groups of their own here.
_ELSEWHERE = {"database", "broker"}
_BY_BROKER = {"tick", "planner"}


def look(known: Known) -> Iterator[Check]:
    """What `/readyz` would say of them; what cannot be known is not looked at."""
    found = readiness.judge(known.database, known.broker)
    by_name = {check.name: check for check in found}
    is_heard = by_name[f"queue {NOTICES}"].status is Status.OK
    for check in found:
        if check.name in _ELSEWHERE:
            continue
        if not known.has_tables:
            yield not_looked(check.name, "no database")
        elif check.name in _BY_BROKER and known.broker is None:
            yield not_looked(check.name, "no broker")
        elif check.name == "tick" and check.status is Status.FAILED and is_heard:
            # Its worker is there, so it is beat that is missing.
            yield replace(check, remedy=f"Start beat: {BEAT.command}")
        else:
            yield check
