"""How long to wait before asking a provider again."""

import random
from datetime import timedelta

FIRST = timedelta(seconds=5)
MOST = timedelta(minutes=15)


def after_attempts(attempts: int) -> timedelta:
    """5 s doubled with each attempt, give or take a fifth, at most 15 min."""
    doublings: int = min(max(attempts - 1, 0), 10)
    wait: timedelta = min(FIRST * (1 << doublings), MOST)
    return wait * random.uniform(0.8, 1.2)  # noqa: S311  (spreads load, guards nothing)
