"""The arithmetic of the plan, and of who is the limit."""

import pytest

from benchmarks.measuring.shares import Shares, efficiency
from benchmarks.measuring.turn import speed
from benchmarks.plan import table
from benchmarks.plan.arithmetic import plan, sending
from benchmarks.plan.costs import COSTS, PROVIDERS, NoSuchCost, values


def test_an_hour_for_36_million_is_ten_thousand_a_second():
    found = plan(readers=36_000_000, costs=values({"worker_cpu": "6", "load": "0.5"}))

    assert found.mails_a_second == 10_000
    assert found.worker_cores == pytest.approx(10_000 * 6 / 100_000 / 0.5)


def test_twice_the_readers_cost_twice_as_much_of_what_grows():
    one, two = (plan(readers=n, costs=values({})) for n in (10_000_000, 20_000_000))

    for name in ("mails_a_second", "database_cores", "deliveries_gb_a_year", "clicks_a_second"):
        assert getattr(two, name) == pytest.approx(2 * getattr(one, name))


def test_processes_cover_their_work_and_their_waiting():
    costs = values(
        {
            "worker_cpu": "8",
            "database_cpu": "2",
            "call_seconds": "0.9",
            "load": "0.5",
            "window": "60",
        }
    )
    thousand = next(one for one in PROVIDERS if one.mails_a_call == 1_000)

    found = sending(of=plan(readers=36_000_000, costs=costs), provider=thousand, costs=costs)

    # Ten calls a second; each takes 0.1 s of work and 0.9 s of waiting; half is planned for.
    assert found.calls_a_second == 10
    assert found.processes == 20


def test_small_calls_need_more_processes():
    costs = values({})
    of = plan(readers=10_000_000, costs=costs)
    few, many = (
        sending(of=of, provider=one, costs=costs)
        for one in sorted(PROVIDERS[:2], key=lambda one: one.mails_a_call)
    )

    assert few.processes > 5 * many.processes


def test_own_figures_take_the_place_of_ours():
    assert values({"window": "30"})["window"] == 30
    with pytest.raises(NoSuchCost, match="worker_cpu"):
        values({"windows": "30"})
    with pytest.raises(NoSuchCost, match="more than 0"):
        values({"window": "0"})
    with pytest.raises(NoSuchCost, match="number"):
        values({"window": "an hour"})


def test_the_table_says_where_each_figure_is_from():
    words = table.in_words(readers=[1_000_000], costs=values({"window": "30"}))

    assert all(f"`{cost.name}`" in words for cost in COSTS)
    assert "| `window` | 30 | minutes from the first mail to the last | yours | --cost |" in words
    assert "1,000,000 readers" in words


@pytest.mark.parametrize(
    ("shares", "limit"),
    [
        (Shares(0.2, 0.7, 0.05, 0.0, 0.4, 0.4), "the provider's answers: more workers help"),
        (Shares(0.2, 0.7, 0.05, 0.2, 0.4, 0.4), "locks in the database"),
        (Shares(0.6, 0.0, 0.2, 0.0, 0.98, 0.9), "the machine's cores"),
        (Shares(0.1, 0.0, 0.1, 0.0, 1.0, 0.3), "the machine's cores, used by others most of all"),
        (Shares(0.2, 0.1, 0.6, 0.0, 0.5, 0.5), "the database"),
        (Shares(0.7, 0.0, 0.2, 0.0, 0.5, 0.5), "the workers' own work: more workers help"),
    ],
)
def test_the_largest_share_is_the_limit(shares: Shares, limit: str):
    assert shares.limit == limit


def test_what_is_in_no_share_is_the_rest():
    assert Shares(0.5, 0.25, 0.125, 0.0, 1.0, 1.0).rest == 0.125
    assert Shares(0.7, 0.4, 0.1, 0.0, 1.0, 1.0).rest == 0


def test_efficiency_is_of_so_many_times_one():
    assert efficiency(one=1_000, many=3_000, processes=4) == 0.75


def test_the_first_call_is_not_in_the_speed():
    second = 1_000_000_000

    assert speed([second, second, 0, 2 * second, 3 * second]) == 1.0
