"""Several planners at once, on several machines: each mail once, and the work is shared."""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction

from newsletter import wake
from newsletter.digests import assembly
from newsletter.models import Digest, DigestChange, Item, Schedule
from newsletter.scheduling import looking, phases, refilling
from newsletter.scheduling.planning import plan
from subscribers.clock import database_now
from tests.factories import make_article, make_schedule, make_staff
from tests.newsletter.scheduling.planned import DUE, LEAD, LOCK
from tests.servers import ROOT, Broker, Worker, wait_for

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer."),
]

NEWSLETTERS = 12
# A planner in a process of its own, at a moment that all of them share.
PLANNER = """
import sys, time
import django
django.setup()
from datetime import datetime
from newsletter.scheduling.planning import plan
print("ready", flush=True)
sys.stdin.readline()
for moment in sys.argv[1:]:
    plan(now=datetime.fromisoformat(moment))
"""


@pytest.fixture
def many(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> list[Schedule]:
    # However slow the machine is, one tick does all.
    monkeypatch.setattr(phases, "SECONDS", 60.0)
    make_staff()
    for _ in range(NEWSLETTERS):
        make_article()
    return [make_schedule() for _ in range(NEWSLETTERS)]


def in_threads(*calls: Callable[[], object]) -> None:
    """All at the same moment, each with a connection of its own."""
    start, errors = threading.Barrier(len(calls)), list[Exception]()

    def run(call: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            call()
        except Exception as error:  # noqa: BLE001  (told below)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []


def each_once() -> None:
    """One mail for each newsletter, released once."""
    assert Counter(Digest.objects.values_list("newsletter", flat=True)) == Counter(
        Schedule.objects.values_list("newsletter", flat=True)
    )
    assert set(Digest.objects.values_list("state", flat=True)) == {"preparing"}
    assert DigestChange.objects.filter(new="preparing").count() == NEWSLETTERS


def test_planners_in_processes_of_their_own_make_and_release_each_mail_once(
    many: list[Schedule],
) -> None:
    moments = [
        (start + timedelta(seconds=5 * number)).isoformat()
        for start in (LEAD, LOCK, DUE)
        for number in range(3)
    ]
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": _url_of_test_database(),
        "PYTHONPATH": str(ROOT),
    }
    planners = [
        subprocess.Popen(
            [sys.executable, "-c", PLANNER, *moments],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for planner in planners:
        assert planner.stdout
        assert planner.stdout.readline() == "ready\n"
    for planner in planners:
        assert planner.stdin
        planner.stdin.write("\n")
        planner.stdin.flush()
    assert [planner.wait(120) for planner in planners] == [0, 0, 0]
    plan(now=DUE + timedelta(minutes=1))
    each_once()


def _url_of_test_database() -> str:
    found = settings.DATABASES["default"]
    host = f"{found['HOST'] or 'localhost'}:{found['PORT'] or 5432}"
    secret = f":{found['PASSWORD']}" if found["PASSWORD"] else ""
    return f"postgres://{found['USER']}{secret}@{host}/{connection.settings_dict['NAME']}"


def test_two_beats_and_two_workers_send_each_mail_once(
    many: list[Schedule], broker: Broker, tmp_path
) -> None:
    """Each beat fires its tick; whichever worker takes it, plans."""
    due = _due_in_seconds()
    workers = [Worker(broker=broker, log=tmp_path / f"{name}.log") for name in ("one", "two")]
    for worker in workers:
        worker.start()
    end = threading.Event()

    def beat() -> None:
        while not end.wait(0.3):
            wake.send(wake.PLAN)
        connection.close()

    beats = [threading.Thread(target=beat) for _ in range(2)]
    try:
        for one in beats:
            one.start()
        wait_for(_all_are_out, seconds=150, what="the mails")
    finally:
        end.set()
        for one in beats:
            one.join(10)
        for worker in workers:
            worker.kill()
    assert Digest.objects.count() == NEWSLETTERS
    released = DigestChange.objects.filter(new="preparing")
    assert released.count() == NEWSLETTERS
    assert min(released.values_list("at", flat=True)) >= due


def _due_in_seconds() -> datetime:
    """By the real clock, as workers have no other."""
    now = database_now()
    due = now.replace(microsecond=0) + timedelta(seconds=12)
    for schedule in Schedule.objects.select_related("newsletter"):
        schedule.newsletter.time_zone = "UTC"
        schedule.newsletter.save()
    Schedule.objects.update(
        weekdays="1234567",
        local_time=due.time(),
        grace_minutes=600,
        effective_from=now - timedelta(hours=1),
        max_age_hours=30_000,
        looks_at=None,
    )
    return due


def _all_are_out() -> bool:
    return DigestChange.objects.filter(new="preparing").count() == NEWSLETTERS


def test_planners_share_what_is_to_be_opened(
    many: list[Schedule], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one is at is not waited for by another."""
    makes, opened = assembly.open_occurrence, Counter[int]()

    def slowly(**arguments: object) -> tuple[Digest, bool]:
        digest, made = makes(**arguments)  # type: ignore[arg-type]
        opened[threading.get_ident()] += made
        time.sleep(0.05)
        return digest, made

    monkeypatch.setattr(assembly, "open_occurrence", slowly)
    in_threads(*[lambda: plan(now=LEAD)] * 3)
    assert sum(opened.values()) == NEWSLETTERS
    shares = sorted(opened.values(), reverse=True)
    assert min(shares[:2]) >= 2, "not one of them did all of it"


def test_a_planner_does_not_wait_for_a_mail_that_another_is_letting_go(
    many: list[Schedule],
) -> None:
    plan(now=LEAD)
    plan(now=LOCK)
    first = Digest.objects.order_by("release_at", "pk")[0]
    with transaction.atomic():
        Digest.objects.select_for_update().get(pk=first.pk)
        in_threads(lambda: plan(now=DUE))
        others = Digest.objects.exclude(pk=first.pk)
        assert set(others.values_list("state", flat=True)) == {"preparing"}
    plan(now=DUE)
    each_once()


def test_whoever_leaves_out_what_others_run_waits_for_them_also_at_another_planner(
    monkeypatch: pytest.MonkeyPatch, many: list[Schedule]
) -> None:
    """The second planner finds the first newsletter taken, and comes to the one that leaves out."""
    Schedule.objects.exclude(pk=many[0].pk).delete()
    for _ in range(NEWSLETTERS):
        make_article()
    good = make_schedule(max_age_hours=400)
    good.leaves_out.set([many[0].newsletter])
    is_made, makes = threading.Event(), assembly.open_occurrence

    def slowly(**arguments: object) -> tuple[Digest, bool]:
        found = makes(**arguments)  # type: ignore[arg-type]
        if arguments["newsletter"] == many[0].newsletter:
            is_made.set()
            time.sleep(0.3)
        return found

    def second() -> None:
        is_made.wait(10)
        plan(now=LEAD)

    monkeypatch.setattr(assembly, "open_occurrence", slowly)
    in_threads(lambda: plan(now=LEAD), second)
    ran = [
        set(Item.objects.filter(section__digest__newsletter=one).values_list("article", flat=True))
        for one in (many[0].newsletter, good.newsletter)
    ]
    assert ran[0]
    assert ran[1]
    assert not ran[0] & ran[1]


def test_the_same_holds_when_they_are_locked(many: list[Schedule]) -> None:
    good = many[-1]
    good.leaves_out.set([many[0].newsletter])
    plan(now=LEAD)
    first = Digest.objects.get(newsletter=many[0].newsletter)
    last = Digest.objects.get(newsletter=good.newsletter)
    others = Digest.objects.exclude(pk__in=[first.pk, last.pk])
    others.update(locked_at=LEAD)
    done = threading.Event()

    def second() -> None:
        refilling.lock_due(now=LOCK)
        done.set()

    def check() -> None:
        with transaction.atomic():
            Digest.objects.select_for_update().get(pk=first.pk)
            assert not done.wait(0.5), "it waits for the one that it leaves out"

    in_threads(check, lambda: (time.sleep(0.2), second()))
    assert Digest.objects.get(pk=last.pk).locked_at == LOCK


def test_a_change_of_the_rule_while_it_is_looked_at_is_not_lost(many: list[Schedule]) -> None:
    with transaction.atomic():
        looking.look(now=DUE + timedelta(hours=8))
        changed = threading.Thread(target=_save_another_rule, args=(many[0].pk,))
        changed.start()
        time.sleep(0.3)
    changed.join(20)
    assert Schedule.objects.get(pk=many[0].pk).looks_at is None


def _save_another_rule(pk: int) -> None:
    schedule = Schedule.objects.get(pk=pk)
    schedule.lead_time_minutes = 60
    schedule.save()
    connection.close()
