"""The whole, over what is really there: nothing, or everything but one."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from config.doctor import rounds
from config.doctor.rounds import Wanted, all_of
from config.watching.readiness import Status
from newsletter.tasks import PLAN_KEY
from subscribers import heartbeats
from subscribers.models import OutboxMail
from subscribers.tasks import TICK_KEY
from tests.factories import make_newsletter

pytestmark = pytest.mark.django_db(transaction=True)
TITLES = [
    *("Settings", "Database", "Broker"),
    *("Processes", "Disk", "Site", "Providers", "Senders"),
]


def test_without_a_broker_and_a_site_all_else_is_looked_at(settings, free_port):
    settings.DEBUG = True
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port}/0"
    settings.SITE_URL = f"http://127.0.0.1:{free_port}"

    found = dict(all_of(Wanted()))

    assert list(found) == TITLES
    wrong = {title for title, checks in found.items() if Status.FAILED in statuses(checks)}
    # No worker runs in this test either.
    assert wrong == {"Broker", "Site", "Processes"}
    assert {"no broker"} == {
        check.detail for check in found["Processes"] if check.status is Status.NOT_LOOKED
    }


def test_without_a_database_what_needs_none_is_looked_at(settings, free_port, monkeypatch):
    settings.SITE_URL = f"http://127.0.0.1:{free_port}"
    away = rounds.database.failed("connection", "refused", "Start it.")
    monkeypatch.setattr(rounds.database, "look", lambda: [away])

    found = dict(all_of(Wanted()))

    assert statuses(found["Processes"]) == {Status.NOT_LOOKED}
    assert found["Senders"][-1].detail == "no database"
    assert statuses(found["Providers"]) == {Status.OK}


@pytest.mark.needs_server
def test_with_everything_there_nothing_fails_and_the_mail_is_sent(settings, broker, live_server):
    settings.DEBUG = True
    settings.SITE_URL = live_server.url
    make_newsletter()
    heartbeats.beat(node="one", queues=rounds.processes.readiness.QUEUES)
    for key in (TICK_KEY, PLAN_KEY):
        cache.set(key, timezone.now().isoformat())

    found = dict(all_of(Wanted(to="me@daymark.example")))

    assert list(found) == [*TITLES, "Mail"]
    failures = [one for checks in found.values() for one in checks if one.status is Status.FAILED]
    assert not failures
    assert OutboxMail.objects.count() == 1


def statuses(checks) -> set[Status]:
    return {check.status for check in checks}
