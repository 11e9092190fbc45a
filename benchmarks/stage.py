"""All that a run needs, made for it and taken away after it."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring.counting import FILE, Places
from benchmarks.options import Options
from benchmarks.servers import settings
from benchmarks.servers.broker import Broker
from benchmarks.servers.database import Database
from benchmarks.servers.fleet import Fleet
from benchmarks.servers.folders import new_folder
from benchmarks.servers.processes import say
from benchmarks.servers.sink import Sink

_PREFIX = "nlb-"


@dataclass(slots=True)
class Stage:
    """A database that is migrated, a broker and a sink that answer, and workers not yet started."""

    folder: Path
    database: Database
    broker: Broker
    sink: Sink
    fleet: Fleet
    # Statements of the workers, where the database does not count them.
    counter: Places | None


@contextmanager
def stage(*, options: Options, readers: int) -> Iterator[Stage]:
    """Set it up for readers with numbers up to `readers`. This process becomes part of it."""
    with ExitStack() as stack:
        folder = new_folder(prefix=_PREFIX)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        database = Database(folder=folder)
        sink = _sink(folder, options, readers)
        broker = Broker(folder=folder)
        env = (
            settings.environment(
                shape=options.shape,
                port=sink.port,
                database_url=database.url,
                redis_url=broker.url,
                folder=folder,
            )
            | options.env
        )
        env |= _connections(env, options)
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
        counter, loaded = _counter(folder)
        fleet = Fleet(
            folder=folder, env=env | loaded, concurrency=options.concurrency, counted=bool(loaded)
        )
        stack.callback(fleet.end)
        yield Stage(
            folder=folder, database=database, broker=broker, sink=sink, fleet=fleet, counter=counter
        )


def _sink(folder: Path, options: Options, readers: int) -> Sink:
    return Sink(
        kind=settings.kind_of(options.shape),
        folder=folder,
        readers=readers,
        seconds=options.limit,
        latency=options.latency,
        pipelining=options.pipelining,
    )


def _connections(env: dict[str, str], options: Options) -> dict[str, str]:
    """EMAIL_URL says how many connections one process may have."""
    if not options.connections or "EMAIL_URL" not in env:
        return {}
    each = max(options.connections // options.concurrency, 1)
    return {"EMAIL_URL": f"{env['EMAIL_URL']}/?connections={each}"}


def _counter(folder: Path) -> tuple[Places | None, dict[str, str]]:
    """None where the database counts; else the counter and what of the environment names it."""
    from benchmarks.measuring import postgres  # noqa: PLC0415  (needs settings)

    if postgres.counts_statements():
        return None, {}
    file = folder / "statements"
    return Places(file), {FILE: str(file)}


def _migrate() -> None:
    from django.core.management import call_command  # noqa: PLC0415  (needs settings)

    call_command("migrate", verbosity=0)


def _close() -> None:
    from django.db import connection  # noqa: PLC0415

    connection.close()
