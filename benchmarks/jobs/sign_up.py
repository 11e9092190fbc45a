"""Sign-ups by many clients at once, on the site as it is started for real readers.

Each is a new reader from a network of his own. Workers and beat are not started: on a machine of
two cores they would take from the site what they have to themselves elsewhere. All mails must
wait in the database afterwards.
"""

from django.db import connection

from benchmarks.clients import crowd, sign_up_form
from benchmarks.clients.crowd import Visit
from benchmarks.measuring import postgres, processor
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.servers.processes import say
from benchmarks.servers.web import Web
from benchmarks.stage import Stage
from subscribers.models import Consent, Newsletter, Notice, Subscription

HOST = "news.sender.example"
LOCKED = "database is locked"
# Connections, templates and caches of each thread.
WARM = 400


def run(stage: Stage, options: Options) -> Report:
    """`readers` sign-ups, `clients` at a time, after some that warm the site up."""
    newsletters = _newsletters()
    web = Web(folder=stage.folder, env=stage.fleet.env)
    try:
        web.start(workers=options.web_workers, threads=options.web_threads)
        form = sign_up_form.read(port=web.port, host=HOST, newsletter=newsletters[0].slug)
        say("warming up")
        _visit(web, form, options, first=1, how_many=WARM)
        say(f"{options.readers:,} sign-ups")
        report = Report(title=f"{options.readers:,} sign-ups by {options.clients} clients")
        _measure(web, form, options, report)
        _check_rows(report, WARM + options.readers)
        report.holds(f'nothing said "{LOCKED}"', LOCKED not in web.complaints)
    finally:
        web.process.kill()
    return report


def _newsletters() -> list[Newsletter]:
    """Two, as in the demo; a form that offers one has less to draw."""
    return [
        Newsletter.objects.create(
            name=name,
            slug=name.lower().replace(" ", "-"),
            tagline="What matters, before breakfast.",
            from_name=f"The Daymark {name}",
            from_address="briefing@sender.example",
            position=position,
        )
        for position, name in enumerate(("Morning Briefing", "Good News"))
    ]


def _visit(
    web: Web, form: sign_up_form.Form, options: Options, *, first: int, how_many: int
) -> Visit:
    requests = form.requests(first=first, how_many=how_many)
    return crowd.visit(port=web.port, clients=options.clients, requests=requests)


def _measure(web: Web, form: sign_up_form.Form, options: Options, report: Report) -> None:
    counts = postgres.counts_statements()
    if counts:
        postgres.forget_statements()
    before = processor.used(web.process.pid)
    found = _visit(web, form, options, first=WARM + 1, how_many=options.readers)
    used = processor.used(web.process.pid) - before
    _tell(report, found, used / options.readers)
    if counts:
        _tell_statements(report, options)


def _tell(report: Report, found: Visit, cpu: float) -> None:
    good = found.statuses[200]
    errors = sum(found.statuses.values()) - good + found.broken
    report.add("sign-ups", good / found.took, "requests/s")
    for name, share in (("median", 0.5), ("p99", 0.99), ("slowest", 1.0)):
        report.add(name, found.at(share) * 1000, "ms")
    report.add("errors", errors, "requests")
    report.add("the site's processor time", cpu * 1000, "ms a sign-up")
    report.notes += found.strange
    report.holds("every answer is 200", not errors)


def _tell_statements(report: Report, options: Options) -> None:
    found = postgres.statements()
    share = sum(calls for calls, _, _ in found) / options.readers
    report.add("statements", share, "a sign-up")
    spent = sum(seconds for _, seconds, _ in found) / options.readers
    report.add("the database's time in them", spent * 1000, "ms a sign-up")
    if options.statements:
        for calls, seconds, query in found:
            words = " ".join(query.split())[:150]
            report.notes.append(f"{calls:>7} x {seconds * 1e6 / calls:6.0f} us  {words}")


def _check_rows(report: Report, expected: int) -> None:
    """Each sign-up is there with its proof and its mail, once."""
    for model, found in (
        ("subscriptions", Subscription.objects.filter(state="pending").count()),
        ("consents", Consent.objects.filter(act="requested").count()),
        ("mails that wait", Notice.objects.filter(kind="confirmation", state="pending").count()),
    ):
        report.add(model, found)
        report.holds(f"{expected:,} {model}", found == expected)
    connection.close()
