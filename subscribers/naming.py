"""Names of newsletters in sentences."""

from collections.abc import Sequence


def listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def many(name: str) -> str:
    """ "Morning Briefings": the name for more than one; names that end in s stay as they are."""
    return name if name.endswith(("s", "S")) else f"{name}s"
