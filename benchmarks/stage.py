"""All that a run needs, made for it and taken away after it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.options import Options
from benchmarks.servers import settings
from benchmarks.servers.broker import Broker
from benchmarks.servers.database import Database
from benchmarks.servers.fleet import Fleet
from benchmarks.servers.processes import say
from benchmarks.servers.sink import Sink


@dataclass(slots=True)
class Stage:
    """A database that is migrated, a broker and a sink that answer, and workers not yet started."""

    folder: Path
    database: Database
    broker: Broker
    sink: Sink
    fleet: Fleet
    env: dict[str, str]


@contextmanager
def stage(*, options: Options, readers: int) -> Iterator[Stage]:
    """Set it up for readers with numbers up to `readers`. This process becomes part of it."""
    with ExitStack() as stack:
        # A short path: the address of a unix socket holds about a hundred characters.
        folder = Path(tempfile.mkdtemp(prefix="nlb-", dir="/tmp"))  # noqa: S108
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        database = Database(folder=folder)
        sink = Sink(
            kind=settings.kind_of(options.shape),
            folder=folder,
            readers=readers,
            seconds=options.limit,
            latency=options.latency,
            pipelining=options.pipelining,
        )
        broker = Broker(folder=folder)
        env = settings.environment(
            shape=options.shape,
            port=sink.port,
            database_url=database.url,
            redis_url=broker.url,
            folder=folder,
        ) | options.env
        stack.callback(database.drop)
        database.make()
        stack.callback(sink.stop)
        sink.start(env)
        stack.callback(broker.process.stop)
        broker.start(env)
        settings.use(env)
        say(f"database {database.name}")
        _migrate()
        stack.callback(_close)
        fleet = Fleet(folder=folder, env=env, concurrency=options.concurrency)
        stack.callback(fleet.end)
        yield Stage(
            folder=folder, database=database, broker=broker, sink=sink, fleet=fleet, env=env
        )


def _migrate() -> None:
    from django.core.management import call_command  # noqa: PLC0415  (needs settings)

    call_command("migrate", verbosity=0)


def _close() -> None:
    from django.db import connection  # noqa: PLC0415

    connection.close()
