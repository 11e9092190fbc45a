"""From unit costs to machines, connections, bytes and money."""

import math
from dataclasses import dataclass

from benchmarks.plan.costs import Provider

Costs = dict[str, float]
_GB = 1e9
_HUNDRED_THOUSAND = 100_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What so many readers need, whoever the provider is."""

    readers: int
    mails_a_second: float
    worker_cores: float
    database_cores: float
    web_cores: float
    freeze_seconds: float
    clicks_a_second: float
    sign_ups_a_second: float
    web_processes: int
    # For confirmation mails, each a call of its own.
    notices_processes: int
    readers_gb: float
    deliveries_gb_a_year: float
    log_gb_a_mail: float
    log_mb_a_second: float
    # Without the provider, a month, at the end of the first year.
    own_usd: float


@dataclass(frozen=True, slots=True)
class Sending:
    """What one provider asks of it."""

    provider: Provider
    calls_a_second: float
    processes: int
    memory_gib: float
    connections: int
    usd: float


def plan(*, readers: int, costs: Costs) -> Plan:
    """For one mail to everybody within the window."""
    seconds = costs["window"] * 60
    rate = readers / seconds
    clicks = readers * costs["clicking"] * costs["first_hour"] / 3600 * costs["peak"]
    # A fifth of a day's sign-ups in its busiest hour.
    sign_ups = readers * costs["signing_up"] / 5 / 3600 * costs["peak"]
    events = rate * costs["event_cpu"] / _HUNDRED_THOUSAND
    web = (clicks * costs["click_cpu"] + sign_ups * costs["sign_up_cpu"]) / 1000 + events
    database = (
        rate * costs["database_cpu"] / _HUNDRED_THOUSAND
        + sign_ups * costs["sign_up_database"] / 1000
    )
    workers = rate * costs["worker_cpu"] / _HUNDRED_THOUSAND
    cores = {
        name: value / costs["load"]
        for name, value in {"workers": workers, "database": database, "web": web}.items()
    }
    stored = readers * costs["reader_bytes"] / _GB
    deliveries = readers * costs["mails_a_month"] * 12 * costs["delivery_bytes"] / _GB
    whole_cores = sum(max(2, math.ceil(value)) for value in cores.values())
    return Plan(
        readers=readers,
        mails_a_second=rate,
        worker_cores=cores["workers"],
        database_cores=cores["database"],
        web_cores=cores["web"],
        freeze_seconds=readers / 1e6 * costs["freeze_cpu"],
        clicks_a_second=clicks,
        sign_ups_a_second=sign_ups,
        web_processes=max(2, math.ceil(cores["web"])),
        notices_processes=max(2, math.ceil(sign_ups * costs["call_seconds"] / costs["load"])),
        readers_gb=stored,
        deliveries_gb_a_year=deliveries,
        log_gb_a_mail=readers * costs["wal_bytes"] / _GB,
        log_mb_a_second=rate * costs["wal_bytes"] / 1e6,
        own_usd=whole_cores * costs["core_price"] + (stored + deliveries) * costs["disk_price"],
    )


def sending(*, of: Plan, provider: Provider, costs: Costs) -> Sending:
    """Processes by what each does in a second: it works on a call, then waits for its answer."""
    each = (costs["worker_cpu"] + costs["database_cpu"]) / _HUNDRED_THOUSAND
    of_a_call = provider.mails_a_call * each + costs["call_seconds"]
    calls = of.mails_a_second / provider.mails_a_call
    processes = max(2, math.ceil(calls * of_a_call / costs["load"]))
    site = of.web_processes * int(costs["threads"])
    # One each, one more for the main process of each eight, the site's threads, and beat's.
    workers = processes + of.notices_processes
    workers += math.ceil(processes / 8) + math.ceil(of.notices_processes / 8)
    connections = workers + site + 1
    memory = (workers + 1) * costs["worker_memory"]
    memory += of.web_processes * costs["web_memory"]
    return Sending(
        provider=provider,
        calls_a_second=calls,
        processes=processes,
        memory_gib=memory / 1024,
        connections=connections,
        usd=of.readers * costs["mails_a_month"] / 1000 * provider.price,
    )
