"""A draft as the planner makes it, for tests of what becomes of it."""

from datetime import UTC, datetime

from newsletter.models import Digest
from newsletter.scheduling.planning import plan
from tests.factories import make_schedule

# A Tuesday in London, on UTC.
DUE = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
LEAD = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
# From here on no story comes in by itself.
LOCK = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def only() -> Digest:
    return Digest.objects.get()


def drafted(**fields: object) -> Digest:
    make_schedule(**fields)
    plan(now=LEAD)
    return only()
