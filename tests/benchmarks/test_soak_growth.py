"""What a soak calls growth: of a process that has become what it is."""

from collections.abc import Callable

import pytest

from benchmarks.soaking.watching import slope

EVERY = 10


def life(minutes: float, mib_at: Callable[[float], float]) -> list[tuple[float, float]]:
    return [(float(at), mib_at(at / 60)) for at in range(0, int(60 * minutes), EVERY)]


def test_what_fills_at_first_and_stays_is_flat():
    assert slope(life(40, lambda minute: 90 + min(minute, 14) * 4)) == pytest.approx(0)


def test_what_goes_on_growing_is_told_by_the_hour():
    assert slope(life(40, lambda minute: 90 + minute / 2)) == pytest.approx(30)


@pytest.mark.parametrize("minutes", [0, 1, 24])
def test_of_a_short_life_nothing_is_said(minutes):
    assert slope(life(minutes, lambda minute: minute)) is None
