"""Groups side by side: what hangs, breaks or is late keeps no other from its answer."""

import threading
import time

import pytest

from config.doctor.examining import Group, examine
from config.doctor.findings import ok
from config.watching.readiness import Status

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_group_that_hangs_is_left_and_what_it_found_is_told():
    never = threading.Event()

    def hang():
        yield ok("first", "said before")
        never.wait(30)
        yield ok("second", "never said")

    found = dict(examine([Group("Hangs", hang, 2.0), Group("Well", lambda: [ok("one", "")])]))
    never.set()

    assert [check.name for check in found["Hangs"]] == ["first", "time"]
    assert found["Hangs"][-1].status is Status.FAILED
    assert [check.name for check in found["Well"]] == ["one"]


def test_a_group_that_breaks_is_a_finding_without_addresses():
    def fall():
        raise ValueError("stumbled over reader@mail.example")
        yield

    ((_, (check,)),) = examine([Group("Breaks", fall)])

    assert check.status is Status.FAILED
    assert "stumbled" in check.detail
    assert "reader@" not in check.detail


def test_groups_are_told_in_their_order_whoever_is_first():
    def slow():
        time.sleep(0.2)
        yield ok("slow", "")

    titles = [title for title, _ in examine([Group("A", slow), Group("B", list)])]

    assert titles == ["A", "B"]
