"""The arithmetic of the figures."""

import os
import subprocess
import sys

import pytest

from benchmarks.jobs.priority import share_of_first, shares_by_time
from benchmarks.measuring import counting, postgres, processor
from benchmarks.options import parse, seconds

# proc(5): pid (comm) state ppid ... utime stime cutime cstime ...
STAT = "42 (a (b) c) S 7 42 42 0 -1 4194304 100 0 0 0 {} {} {} {} 20 0 1 0 100 0 0"
SPIN = "sum(n * n for n in range(6_000_000))"


def stat(user: int, system: int, waited_user: int = 0, waited_system: int = 0) -> str:
    return STAT.format(user, system, waited_user, waited_system)


def test_a_process_with_brackets_in_its_name_is_read():
    parent, own, children = processor.of_stat(stat(100, 50, 20, 5))

    assert parent == 7
    assert own == 150 / processor.TICKS
    assert children == 25 / processor.TICKS


def test_a_tree_is_added_up_with_children_that_have_ended():
    processes = {1: (0, 9.0, 9.0), 10: (1, 1.0, 0.5), 11: (10, 2.0, 0.0), 12: (11, 4.0, 0.25)}

    assert processor.tree(10, processes) == {10, 11, 12}
    assert processor.used(10, processes) == 7.75
    assert processor.used(99, processes) == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_seconds_of_a_child_that_ended_are_in_its_parents():
    before = processor.used(os.getpid())

    subprocess.run([sys.executable, "-c", SPIN], check=True)

    assert processor.used(os.getpid()) - before > 0.1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_the_peak_of_a_process_is_in_mebibytes():
    peak = processor.peak([os.getpid()])[os.getpid()]

    assert 10 < peak < 10_000


@pytest.mark.parametrize(
    ("title", "ours"),
    [
        ("postgres: postgres bench_1_2 127.0.0.1(5000) SELECT", True),
        ("postgres: autovacuum worker bench_1_2", True),
        ("postgres: postgres bench_1_22 [local] idle", False),
        ("postgres: walwriter", False),
        ("psql postgres: bench_1_2", False),
    ],
)
def test_backends_of_one_database_are_told_by_their_titles(title: str, ours: bool):
    watch = postgres.Backends(database="bench_1_2", skip=set())

    assert watch.is_ours(title) is ours


@pytest.mark.parametrize(
    ("sql", "counted"),
    [
        ("SELECT 1", True),
        (" update a set b = 1", True),
        ("BEGIN IMMEDIATE", False),
        ("commit", False),
        ('SAVEPOINT "s1"', False),
    ],
)
def test_brackets_around_statements_are_not_counted(sql: str, counted: bool):
    assert counting.counts(sql) is counted


def test_processes_count_in_one_file(tmp_path):
    one, two = (counting.Places(tmp_path / "places") for _ in range(2))

    one.add(10)
    two.add(11)
    two.add(11)

    assert one.total() == 3


def test_the_share_of_two_digests_counts_until_one_is_through():
    assert share_of_first([1, 3, 5], [2, 4, 6]) == 3 / 5
    assert share_of_first([1, 2, 3], [4, 5, 6]) == 1
    assert share_of_first([1, 3], [2, 3]) == 0.5


def test_shares_over_time_are_those_of_equal_parts():
    assert shares_by_time([0, 1, 2, 9], [6, 7, 8, 10], 2) == [1, 1 / 4]
    assert shares_by_time([0, 8], [1, 9], 4) == [0.5, 0, 0, 1]


@pytest.mark.parametrize(("words", "value"), [("10ms", 0.01), ("2s", 2.0), ("0.5", 0.5)])
def test_times_are_read_with_their_unit(words: str, value: float):
    assert seconds(words) == value


def test_each_job_has_its_own_defaults():
    assert parse(["smtp"]).shape == "smtp"
    assert parse(["batch"]).shape == "sendgrid"
    assert parse(["kill", "--env", "A=b=c"]).env == {"A": "b=c"}
