"""What runs: beat and the planner by their signs, a worker on each queue, and the lock of sending.

These are the checks of `/readyz`, which has their words and limits.
"""

from collections.abc import Iterator

from config.doctor.findings import Known, not_looked
from config.watching import readiness
from config.watching.readiness import Check

# They have groups of their own here.
_ELSEWHERE = {"database", "broker"}
_BY_BROKER = {"tick", "planner"}


def look(known: Known) -> Iterator[Check]:
    """What `/readyz` would say of them; what cannot be known is not looked at."""
    for check in readiness.judge(known.database, known.broker):
        if check.name in _ELSEWHERE:
            continue
        if not known.has_tables:
            yield not_looked(check.name, "no database")
        elif check.name in _BY_BROKER and known.broker is None:
            yield not_looked(check.name, "no broker")
        else:
            yield check
