"""What one sign-up and one click cost, measured with nothing else going on."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.clients import crowd, sign_up_form
from benchmarks.clients.visitors import HOST, clicks_of_all
from benchmarks.measuring import processor
from benchmarks.measuring.activity import Activity
from benchmarks.servers.processes import say
from benchmarks.servers.web import Web
from benchmarks.stage import Stage
from subscribers.models import Newsletter

SIGN_UPS = 1_000
CLICKS = 5_000
CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds of one, and how many a second by a few clients at once."""

    web: float
    database: float
    rate: float


def costs(stage: Stage, *, web: Web, newsletter: Newsletter, first: int) -> dict[str, Cost]:
    """Of sign-ups by readers from number `first` on, and of clicks on the newest mail."""
    form = sign_up_form.read(port=web.port, host=HOST, newsletter=newsletter.slug)
    say("sign-ups and clicks alone")
    sign_ups = form.requests(first=first, how_many=SIGN_UPS)
    clicks = itertools.islice(clicks_of_all(), CLICKS)
    return {
        "sign-ups": _cost(stage, web, sign_ups, SIGN_UPS),
        "clicks": _cost(stage, web, clicks, CLICKS),
    }


def _cost(stage: Stage, web: Web, requests: Iterable[bytes], how_many: int) -> Cost:
    activity = Activity(url=stage.database.url)
    activity.start()
    before = processor.used(web.process.pid)
    visit = crowd.visit(port=web.port, clients=CLIENTS, requests=requests)
    used = processor.used(web.process.pid) - before
    return Cost(
        web=used / how_many,
        database=activity.end().seconds.get("web", 0.0) / how_many,
        rate=how_many / visit.took,
    )
