"""The figures of `/metrics`, read anew at each scrape, so that all processes agree."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db import connection
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from config.watching.asking import last_signs
from config.watching.readiness import QUEUES
from newsletter.delivery import overdue, tally
from newsletter.delivery.gauges import send_path
from subscribers import gauges, heartbeats
from subscribers.clock import database_now


class Figures(Collector):
    """Everything that is exposed; names and units as Prometheus' conventions ask."""

    def collect(self) -> Iterator[Metric]:
        """Read all of it anew."""
        now = database_now()
        yield from _mails(now)
        yield from _notices(now)
        yield from _providers(now)
        yield from _calls()
        yield from _workers(now)
        yield from _signs(now)


def text() -> bytes:
    """All figures in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures())
    return generate_latest(registry)


def _mails(now: datetime) -> Iterator[Metric]:
    path = send_path(now=now)
    yield _labelled("newsletter_digests", "Digests by state.", "state", path.digests)
    yield _gauge(
        "newsletter_digests_late",
        "Digests that should be finished by now and are not.",
        overdue.count(now=now),
    )
    yield _labelled("newsletter_batches", "Batches that are not settled.", "state", path.batches)
    yield _gauge("newsletter_batches_due", "Batches that could go at this moment.", path.due)
    yield _gauge(
        "newsletter_oldest_due_batch_age_seconds",
        "For how long the first of the batches that are due could have gone; 0 for none.",
        path.oldest_due.total_seconds(),
    )
    yield _gauge(
        "newsletter_unknown_readers",
        "Readers whose mail was handed over and never answered for.",
        path.unknown_readers,
    )
    answered = CounterMetricFamily(
        "newsletter_mails",
        "Readers of digests by provider and answer, once for each answer; up to 30 s late.",
        labels=["provider", "answer"],
    )
    for (provider, answer), mails in sorted(tally.totals().items()):
        answered.add_metric([provider, answer], mails)
    yield answered


def _notices(now: datetime) -> Iterator[Metric]:
    found = gauges.notices(now=now)
    yield _labelled(
        "newsletter_notices", "Single mails that are not settled.", "state", found.by_state
    )
    yield _gauge(
        "newsletter_oldest_due_notice_age_seconds",
        "For how long the first of the single mails that are due could have gone; 0 for none.",
        found.oldest_due.total_seconds(),
    )


def _providers(now: datetime) -> Iterator[Metric]:
    found = gauges.providers(now=now)
    yield _labelled(
        "newsletter_provider_open",
        "1 when the provider may be called now.",
        "provider",
        {one.name: int(one.is_open) for one in found},
    )
    yield _labelled(
        "newsletter_provider_unknowns_in_a_row",
        "Calls without an answer since the last one that was accepted.",
        "provider",
        {one.name: one.unknowns_in_a_row for one in found},
    )
    yield _labelled(
        "newsletter_provider_mails_today",
        "Mails that count against today's limit (UTC).",
        "provider",
        {one.name: one.sent_today for one in found},
    )
    yield _labelled(
        "newsletter_provider_daily_cap",
        "Mails a day at most; absent for none.",
        "provider",
        {one.name: one.daily_cap for one in found if one.daily_cap is not None},
    )
    yield _gauge(
        "newsletter_sending_locked",
        "1 while sending is locked, as in a restored database.",
        int(gauges.is_locked()),
    )


def _calls() -> Iterator[Metric]:
    yield _labelled(
        "newsletter_staff_calls",
        "Calls of the staff's webhook by state, of the last 30 days.",
        "state",
        gauges.staff_calls(),
    )


def _workers(now: datetime) -> Iterator[Metric]:
    seen = heartbeats.last_seen(of=connection)
    alive = heartbeats.alive(seen=seen, now=now)
    yield _labelled(
        "newsletter_queue_workers",
        "Workers heard of in the last 15 s.",
        "queue",
        {queue: alive[queue] for queue in {*QUEUES, *alive}},
    )
    yield _labelled(
        "newsletter_queue_silence_seconds",
        "Since a worker of the queue was heard of; absent when none was in the last day.",
        "queue",
        {
            queue: silence.total_seconds()
            for queue, silence in heartbeats.silences(seen=seen, now=now).items()
        },
    )


def _signs(now: datetime) -> Iterator[Metric]:
    try:
        signs = last_signs()
    except (RedisError, OSError):
        yield _gauge("newsletter_broker_up", "1 when Redis answers.", 0)
        return
    yield _gauge("newsletter_broker_up", "1 when Redis answers.", 1)
    if signs.tick is not None:
        age = max((now - signs.tick).total_seconds(), 0)
        yield _gauge("newsletter_tick_age_seconds", "Since a tick of beat was worked on.", age)
    if signs.plan is not None:
        age = max((now - signs.plan).total_seconds(), 0)
        yield _gauge("newsletter_plan_age_seconds", "Since the planner finished a round.", age)


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_, value=value)


def _labelled(name: str, help_: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, help_, labels=[label])
    for key in sorted(values):
        family.add_metric([key], values[key])
    return family
