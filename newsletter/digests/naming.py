"""Names of digests: the occurrence, which tells each from the others of its newsletter.

A local date; of a weekly mail with "-week" behind it; of a further one of that day with a number.
"""

import re
from datetime import date

OCCURRENCE = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(-week)?(-[0-9]{1,2})?\Z")


def key_of(*, day: date, is_weekly: bool) -> str:
    """The occurrence of a day's first mail: "2026-11-24", of a weekly one "2026-11-28-week"."""
    return f"{day.isoformat()}-week" if is_weekly else day.isoformat()


def free_occurrence(*, key: str, taken: set[str]) -> str:
    """The first of "2026-11-24", "2026-11-24-2", ... that is not `taken`, for that `key`."""
    free, number = key, 1
    while free in taken:
        number += 1
        free = f"{key}-{number}"
    return free
