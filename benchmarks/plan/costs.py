"""What one of each costs, and where that figure is from: measured here, assumed, or public.

`./run bench plan --cost NAME=VALUE` puts an installation's own in the place of one of these.
"""

from dataclasses import dataclass

MEASURED, ASSUMED, PUBLIC = "measured", "assumed", "public, check it"


@dataclass(frozen=True, slots=True)
class Cost:
    """One figure; `source` is a command for what was measured."""

    name: str
    value: float
    unit: str
    kind: str
    source: str


COSTS = (
    Cost("worker_cpu", 5.3, "CPU-s per 100,000 mails", MEASURED, "bench scale"),
    Cost("database_cpu", 1.7, "CPU-s per 100,000 mails", MEASURED, "bench scale"),
    Cost("worker_memory", 124, "MiB a worker process", MEASURED, "bench scale"),
    Cost("web_memory", 129, "MiB a process of the site", MEASURED, "bench scale"),
    Cost("delivery_bytes", 85, "bytes a delivery with its index", MEASURED, "bench scale"),
    Cost("wal_bytes", 166, "bytes of log a delivery", MEASURED, "bench scale"),
    Cost("reader_bytes", 810, "bytes a reader with his subscription", MEASURED, "bench scale"),
    Cost("freeze_cpu", 3.6, "CPU-s to freeze 1,000,000 readers", MEASURED, "bench waves"),
    Cost("click_cpu", 0.23, "CPU-ms a click", MEASURED, "bench scale"),
    Cost("sign_up_cpu", 4.4, "CPU-ms a sign-up, the site", MEASURED, "bench scale"),
    Cost("sign_up_database", 2.0, "CPU-ms a sign-up, the database", MEASURED, "bench scale"),
    Cost("event_cpu", 1.2, "CPU-s per 100,000 reports", ASSUMED, "a prototype; not measured"),
    Cost("call_seconds", 0.25, "s until a provider answers a call", ASSUMED, "look at your own"),
    Cost("window", 60, "minutes from the first mail to the last", ASSUMED, "5:45 to 6:45"),
    Cost("load", 0.6, "of a core that is planned for", ASSUMED, "the rest is for bad days"),
    Cost("threads", 4, "of a process of the site", ASSUMED, "docs/operations.md"),
    Cost("mails_a_month", 22, "mails a reader gets", ASSUMED, "every weekday"),
    Cost("clicking", 0.1, "of readers who follow a link", ASSUMED, "look at your own"),
    Cost("first_hour", 0.4, "of the clicks in the busiest hour", ASSUMED, "look at your own"),
    Cost("peak", 3, "times the hour's mean in its worst minute", ASSUMED, "look at your own"),
    Cost(
        "signing_up",
        0.002,
        "of readers who sign up on the busiest day",
        ASSUMED,
        "look at your own",
    ),
    Cost("core_price", 30, "USD a core a month", ASSUMED, "order of magnitude"),
    Cost("disk_price", 0.15, "USD a GB a month", ASSUMED, "order of magnitude"),
)


@dataclass(frozen=True, slots=True)
class Provider:
    """How it takes mails and what it says of its limits; `price` in USD for 1,000 mails."""

    name: str
    mails_a_call: int
    price: float
    limit: str


# The order of magnitude at a large volume; every price and limit is the provider's to say.
PROVIDERS = (
    Provider("Amazon SES", 50, 0.10, "an account's own rate, by recipients; asked for in steps"),
    Provider("SendGrid", 1_000, 0.50, "no figure published; each answer's X-RateLimit headers"),
    Provider("Mailgun", 1_000, 0.60, "an account's own rate"),
    Provider("Postmark", 1_000, 0.80, "no figure published; the Bulk API is asked for"),
)


class NoSuchCost(Exception):
    """Its message names those that there are."""


def values(own: dict[str, str]) -> dict[str, float]:
    """Every figure by name, with `own` in place of ours. Raises NoSuchCost."""
    found = {cost.name: float(cost.value) for cost in COSTS}
    for name, value in own.items():
        if name not in found:
            raise NoSuchCost(f"There is no cost {name}; there are {', '.join(found)}.")
        try:
            found[name] = float(value)
        except ValueError as error:
            raise NoSuchCost(f"{name} must be a number.") from error
        if found[name] <= 0:
            raise NoSuchCost(f"{name} must be more than 0.")
    return found
