"""Whether the time of an answer tells who is a reader: sign-ups of known and unknown addresses.

They are sent one after the other over one connection, in turns, each from a network of its own.
"""

import os
import random
import statistics
import time
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from benchmarks import sending
from benchmarks.data.readers import DOMAIN, room
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.servers.web import Web
from benchmarks.stage import Stage
from subscribers.abuse import form_time
from subscribers.clock import database_now
from subscribers.models import Newsletter

# Medians may differ by so much of the smaller one.
ALLOWED = 0.20
WARM_UP = 50
_FIRST = 100_000

Answer = tuple[int, tuple[tuple[str, str], ...], bytes]


def run(stage: Stage, options: Options) -> Report:
    """`readers` sign-ups, half of them of addresses that get the newsletter already."""
    count = options.readers
    newsletter = sending.audience(name="Timing", first=_FIRST, how_many=count // 2)
    report = Report(title=f"Sign-ups of known and unknown addresses, {count} in turns")
    web = Web(folder=stage.folder, env=dict(os.environ))
    try:
        web.start(workers=1, threads=4)
        taken, answers = _measure(_connect(web), newsletter, count, options.seed)
    finally:
        web.process.kill()
    _add(report, taken)
    report.holds("status, headers (bar Date) and body are equal", len(answers) == 1)
    report.holds("they are told to look in their inbox", all(one[0] == 200 for one in answers))
    return report


def _measure(
    client: HTTPConnection, newsletter: Newsletter, count: int, seed: int
) -> tuple[dict[str, list[float]], set[Answer]]:
    """Milliseconds of each kind of address, and the different answers."""
    known = [_FIRST + number for number in range(count // 2)]
    # Numbers of as many digits, of which there are no readers.
    unknown = [_FIRST + room(count // 2) + WARM_UP + number for number in range(count // 2)]
    for number in range(WARM_UP):
        _sign_up(client, newsletter, _FIRST + room(count // 2) + number)
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    answers = set()
    chance = random.Random(seed)
    for pair in zip(known, unknown, strict=True):
        turns = list(zip(("known", "unknown"), pair, strict=True))
        chance.shuffle(turns)
        for kind, number in turns:
            start = time.perf_counter()
            answer = _sign_up(client, newsletter, number)
            taken[kind].append((time.perf_counter() - start) * 1_000)
            answers.add(answer)
    return taken, answers


def _sign_up(client: HTTPConnection, newsletter: Newsletter, number: int) -> Answer:
    drawn = form_time.stamp(now=database_now() - timedelta(seconds=10))
    fields = {
        "email": f"r{number}@{DOMAIN}",
        "newsletters": newsletter.slug,
        "page": "/",
        "website": "",
        "form_time": drawn,
    }
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Host": str(urlsplit(settings.SITE_URL).hostname),
        "X-Forwarded-For": f"2001:db8:{number % 0xFFFF:x}::1",
        "X-Forwarded-Proto": "https",
    }
    client.request("POST", "/subscribe/", urlencode(fields), headers)
    response = client.getresponse()
    body = response.read().replace(f"r{number}@".encode(), b"somebody@")
    said = tuple(sorted((name, value) for name, value in response.getheaders() if name != "Date"))
    return response.status, said, body


def _connect(web: Web) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", web.port, timeout=20)


def _add(report: Report, taken: dict[str, list[float]]) -> None:
    medians = {kind: statistics.median(values) for kind, values in taken.items()}
    for kind, values in taken.items():
        ordered = sorted(values)
        report.add(f"{kind}, median", medians[kind], f"ms of {len(values)}")
        report.add(f"{kind}, 95 of 100", ordered[int(len(ordered) * 0.95)], "ms")
    apart = max(medians.values()) / min(medians.values()) - 1
    report.add("medians differ by", apart * 100, "%")
    report.holds(f"medians are within {ALLOWED:.0%}", apart <= ALLOWED)
