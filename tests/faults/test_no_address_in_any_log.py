"""A day's life with real processes, all of its people at one address; then their logs are read."""

import json
from pathlib import Path

import pytest
from celery import current_app

from newsletter import wake
from newsletter.digests import lifecycle
from newsletter.models import Digest, Feed
from subscribers.clock import database_now
from subscribers.models import Newsletter, Notice
from tests.factories import make_newsletter, make_reader, make_scheduled_digest
from tests.faults import day as days
from tests.faults import day_of_pages
from tests.faults.day import REFUSED, Day, address
from tests.newsletter.tracking import payloads
from tests.providers import Call, HttpApi, Relay, http_api, smtp_relay
from tests.servers import Broker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_server]


@pytest.fixture
def api():
    with http_api() as one:
        one.headers = {"X-Message-Id": "abc"}
        one.say = _refuse_the_first
        yield one


@pytest.fixture
def relay():
    with smtp_relay() as one:
        one.rcpt = {address("smtp-1"): f"550 5.1.1 <{address('smtp-1')}> no such user"}
        yield one


@pytest.fixture
def day(broker: Broker, transactional_db: None, tmp_path: Path, api: HttpApi, relay: Relay):
    directory = tmp_path / "day"
    directory.mkdir()
    settings = {
        "EMAIL_PROVIDERS": "sendgrid,smtp",
        "EMAIL_URL": relay.url,
        "ANYMAIL_SENDGRID_API_KEY": "key",
        "ANYMAIL_SENDGRID_API_URL": f"{api.url}v3/",
        "WEBHOOK_SECRET": payloads.PASSWORD,
        "SIGNUP_LIMITS": "off",
        "FETCH_PRIVATE": "on",
        "VAR_DIR": str(directory / "var"),
    }
    one = Day(broker=broker, directory=directory, settings=settings)
    with days.refusing():
        yield one
        one.end()


def test_no_line_of_a_days_life_holds_an_address_or_a_token(day: Day, api, relay):
    newsletter = make_newsletter()
    json_site = day.serve("json-site", LOG_FORMAT="json")
    text_site = day.serve("text-site", LOG_FORMAT="text")
    by_api = day.work("json-worker", LOG_FORMAT="json")
    day.work("json-beat", beat=True, LOG_FORMAT="json")
    days.wait_for_sites(json_site, text_site)

    for name, site in (("json", json_site), ("text", text_site)):
        day_of_pages.readers_come(site, newsletter, name)
        day_of_pages.readers_follow_links(day, site, newsletter, name)
        day_of_pages.strangers_knock(site)
        day_of_pages.staff_work(site, name)
        day_of_pages.reports_come_in(site, name)
    _sources_fail(api)
    _tasks_fail()
    _is_sent(_let_go("api"))

    by_api.stop()
    _commands_run(day, newsletter)
    day.work("text-worker", LOG_FORMAT="text", EMAIL_PROVIDERS="smtp")
    _tasks_fail()
    _is_sent(_let_go("smtp"))
    _commands_are_done(day)
    wait_for(lambda: not _open_notices(), seconds=20, what="single mails")
    day.end()

    _all_of_it_happened(day)
    for name, log in day.logs().items():
        lines = [one for one in log.splitlines() if _tells(one, day.tokens)]
        assert not lines, "\n".join([name, *lines[:20]])


# --- What happens --------------------------------------------------------------------------------


def _sources_fail(api: HttpApi) -> None:
    who = address("source")
    for url in (f"{api.url}feed?for={who}", f"http://{who}:1/feed", "http://127.0.0.1:1/zoe.quill"):
        feed = Feed.objects.create(name=who, url=url)
        current_app.send_task(wake.FETCH_FEED, kwargs={"feed_id": feed.pk}, queue="default")


def _tasks_fail() -> None:
    """The database's adapter repeats what it was given for a number, and Celery the arguments."""
    for task in (wake.PREPARE, wake.CHECK_MAIL):
        ids = {"digest_id": address("task"), "image_id": 5}
        current_app.send_task(task, kwargs=ids, queue=wake.QUEUES[task])
    current_app.send_task(wake.PREPARE, args=[address("task")], queue="bulk")


def _commands_run(day: Day, newsletter: Newsletter) -> None:
    file = day.directory / "readers.csv"
    wrong = [f"{address('import')}@again", f"zoe.quill {days.DOMAIN}"]
    file.write_text("\n".join(["address", address("import"), *wrong, address("import")]))
    refused = day.directory / "refused.csv"
    refused.write_text(f"address\n{REFUSED}")
    make_reader(newsletter, address=address("erased"))
    program = f"""
import django; django.setup()
from django.core.management import call_command
def run(*words, **named):
    try: call_command(*words, **named)
    except Exception as error: print(error)
slug = {newsletter.slug!r}
run("import_subscribers", {str(file)!r}, newsletter=slug, consent="asked at the fair")
run("export_subscribers", newsletter=slug, file=None)
run("privacy", "export", {address("erased")!r})
run("privacy", "erase", {address("erased")!r}, "--yes")
run("privacy", "erase", {address("nobody")!r}, "--yes")
run("send_digest", {_let_go("test").pk}, to={address("test")!r})
import threading
def mishap(): raise ValueError({address("thread")!r})
threading.Thread(target=mishap).start()
call_command("import_subscribers", {str(refused)!r}, newsletter=slug, consent="asked at the fair")
"""
    for log_format in ("json", "text"):
        day.run(f"{log_format}-commands", program, LOG_FORMAT=log_format)


def _commands_are_done(day: Day) -> None:
    for process in day.processes:
        if "-c" in process.args:
            process.wait(60)


def _let_go(name: str) -> Digest:
    now, newsletter = database_now(), make_newsletter()
    for number in range(3):
        make_reader(newsletter, address=address(f"{name}-{number}"))
    digest = make_scheduled_digest(newsletter, release_at=now)
    lifecycle.release(digest_id=digest.pk, now=now)
    wake.send(wake.PREPARE, digest_id=digest.pk)
    return digest


def _refuse_the_first(call: Call) -> tuple[int, str]:
    """As SendGrid does: the whole call, because of one address in it, which it repeats."""
    people = [one["to"][0]["email"] for one in json.loads(call.body).get("personalizations", [])]
    if address("api-1") not in people:
        return 202, ""
    error = {
        "field": f"personalizations.{people.index(address('api-1'))}.to.0.email",
        "message": f"{address('api-1')} is not a valid address",
    }
    return 400, json.dumps({"errors": [error]})


# --- What is looked for --------------------------------------------------------------------------


def _is_sent(digest: Digest) -> None:
    def sent() -> bool:
        return Digest.objects.filter(pk=digest.pk, state=Digest.State.SENT).exists()

    wait_for(sent, seconds=40, what="a mail")


def _open_notices() -> bool:
    waiting = [Notice.State.PENDING, Notice.State.CLAIMED, Notice.State.SUBMITTING]
    return Notice.objects.filter(state__in=waiting).exists()


def _all_of_it_happened(day: Day) -> None:
    """Or a log would be clean because nothing was in it."""
    logs = day.logs()
    for name in ("json-worker.log", "text-worker.log"):
        for event in ("batch_answered", "raised unexpected", "[address]"):
            assert event in logs[name], f"{event} is not in {name}"
    assert "feed_failed" in logs["json-worker.log"]
    for name in ("json-site.log", "text-site.log"):
        for event in ("Not Found: /nowhere/", "already exists", "AXES", "reports_refused"):
            assert event in logs[name], f"{event} is not in {name}"
        assert "[token]" in logs[name]
    for event in (
        "readers_imported",
        "readers_exported",
        "ValueError: [address]",
        "already exists",
    ):
        assert event in logs["json-commands.log"], event


def _tells(line: str, used: list[str]) -> bool:
    lowered = line.lower()
    plain = [one for one in days.spellings() if one.lower() in lowered]
    return bool(plain or [token for token in used if token in line])
