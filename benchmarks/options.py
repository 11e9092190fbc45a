"""The jobs and what each may be told: `./run bench JOB --help`."""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.servers.settings import SHAPES


@dataclass(slots=True)
class Options:
    """What the command line says; seconds where it is a time."""

    job: str = "batch"
    shape: str = "sendgrid"
    readers: int = 100_000
    runs: int = 1
    latency: float = 0.0
    concurrency: int = 2
    connections: int = 0
    pipelining: bool = True
    limit: float = 900.0
    statements: bool = False
    real_leases: bool = False
    gently: bool = False
    seed: int = 1
    clients: int = 16
    minutes: float = 60.0
    # As in docs/operations.md.
    web_workers: int = 2
    web_threads: int = 4
    json: Path | None = None
    # Settings of the service by name, for comparing.
    env: dict[str, str] = field(default_factory=dict)
    # Unit costs by name, as words.
    cost: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """What it measures, and its own defaults."""

    name: str
    says: str
    defaults: dict[str, object] = field(default_factory=dict)


JOBS = (
    Job("batch", "A digest through an email service's API: cost, speed, memory, statements."),
    Job("smtp", "The same through an SMTP relay.", {"shape": "smtp"}),
    Job(
        "million",
        "100,000 readers, then 1,000,000: how much a worker's memory grows.",
        {"readers": 1_000_000, "limit": 3_600.0},
    ),
    Job(
        "first-mail",
        'From "send now" to the sink\'s first byte and first mail.',
        {"readers": 1_000_000, "runs": 5},
    ),
    Job(
        "kill",
        "kill -9 of a random worker process at a random moment, then recovery: who is lost.",
        {"readers": 2_000, "runs": 60, "limit": 5_400.0, "latency": 0.05},
    ),
    Job(
        "redis-flush",
        "FLUSHALL at 5 moments: how much later it is complete.",
        {"readers": 20_000, "runs": 5, "latency": 0.5, "limit": 1_800.0},
    ),
    Job(
        "priority",
        "Confirmation mails while a digest goes out, and two digests side by side.",
        {"readers": 1_000_000, "limit": 1_800.0},
    ),
    Job(
        "sign-up",
        "Sign-ups by many clients at once: requests/s, p99, errors, statements.",
        {"readers": 20_000},
    ),
    Job(
        "transfer",
        "Readers in and out as CSV: seconds, processor, memory.",
        {"readers": 1_000_000, "limit": 1_800.0},
    ),
    Job(
        "sign-up-timing",
        "Whether the time of an answer tells who is a reader: 400 sign-ups in turns.",
        {"readers": 400},
    ),
    Job(
        "render",
        "What drawing a mail of ten items costs.",
        {"readers": 1_000, "runs": 200},
    ),
    Job(
        "assembly",
        "What making a mail costs out of so many new stories (--readers), with rules.",
        {"readers": 50_000, "runs": 5},
    ),
    Job(
        "frequency",
        "What it costs to freeze an audience by how often readers want a mail.",
        {"readers": 1_000_000, "runs": 3},
    ),
    Job(
        "waves",
        "A mail by each reader's clock over 38 zones: lanes, preparation, claims, a wave's start.",
        {"readers": 1_000_000, "runs": 5, "limit": 1_800.0},
    ),
    Job(
        "tick",
        "What a tick of the planner costs: so many newsletters (--readers), ten mails open each.",
        {"readers": 1_000, "runs": 60},
    ),
    Job(
        "soak",
        "An hour of everything at once with a fault every few minutes, then the audit.",
        {"readers": 3_000, "limit": 7_200.0},
    ),
    Job(
        "scale",
        "1, 2 and 4 worker processes beside two of the site: speed, cost, who is the limit.",
        {"limit": 1_800.0},
    ),
    Job("plan", "What 1, 10 and 50 million readers before seven need, from unit costs."),
    Job("sinks", "What the sinks cost by themselves.", {"readers": 20_000}),
    Job(
        "profile",
        "Where a worker's time goes: the tasks run in this process under cProfile.",
        {"readers": 20_000},
    ),
)


def parse(arguments: Sequence[str]) -> Options:
    """Options of one job; exits with usage when they make no sense."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    jobs = parser.add_subparsers(dest="job", required=True, metavar="JOB")
    jobs.add_parser("list", help="these lines")
    for job in JOBS:
        one = jobs.add_parser(job.name, help=job.says, description=job.says)
        _add_arguments(one)
        one.set_defaults(**job.defaults)
    said = vars(parser.parse_args(arguments))
    for name in ("env", "cost"):
        said[name] = dict(each.partition("=")[::2] for each in said.pop(name, None) or ())
    return Options(**said)


def listing() -> str:
    """A line for each job."""
    return "\n".join(f"  {job.name:<14} {job.says}" for job in JOBS)


def seconds(words: str) -> float:
    """ "10ms", "0.5s" or a number of seconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s)?", words)
    if not found:
        raise argparse.ArgumentTypeError("give a time such as 10ms or 2s")
    return float(found[1]) / (1000 if found[2] == "ms" else 1)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    default = Options()
    add = parser.add_argument
    add("--shape", choices=SHAPES, default=default.shape, help="how the provider takes mail")
    add("--readers", type=int, default=default.readers, metavar="N")
    add("--runs", type=int, default=default.runs, metavar="N", help="how often it is done")
    add("--latency", type=seconds, default=default.latency, help="before each answer, as 10ms")
    add("--concurrency", type=int, default=default.concurrency, help="processes of the bulk worker")
    add("--connections", type=int, default=0, metavar="N", help="to the relay, of all processes")
    add("--no-pipelining", dest="pipelining", action="store_false", help="the relay offers none")
    add("--limit", type=seconds, default=default.limit, help="stop after this, whatever happens")
    add("--statements", action="store_true", help="list the statements with their counts")
    add("--real-leases", action="store_true", help="kill: wait for leases to lapse (about 2 min)")
    add("--minutes", type=float, default=default.minutes, metavar="N", help="soak: how long")
    add("--gently", action="store_true", help="kill: ask the worker to end (SIGTERM) instead")
    add("--seed", type=int, default=default.seed, help="of what happens at random")
    add("--clients", type=int, default=default.clients, metavar="N", help="sign-up: at once")
    add("--web-workers", type=int, default=default.web_workers, metavar="N", help="of the site")
    add("--web-threads", type=int, default=default.web_threads, metavar="N", help="of each")
    add("--json", type=Path, metavar="FILE", help="write the figures there too")
    add("--env", action="append", metavar="NAME=VALUE", help="a setting of the service")
    add("--cost", action="append", metavar="NAME=VALUE", help="plan: a figure of your own")
