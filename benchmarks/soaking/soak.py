"""The run: start everything, let people at it, break something every so often, wait, judge."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.options import Options
from benchmarks.servers import settings
from benchmarks.servers.broker import Broker
from benchmarks.servers.folders import new_folder
from benchmarks.servers.processes import say
from benchmarks.soaking.book import Book
from benchmarks.soaking.cluster import Cluster
from benchmarks.soaking.installation import HOST, Installation, free_port
from benchmarks.soaking.relay import Relay
from benchmarks.soaking.reports import SECRET
from benchmarks.soaking.service import Service
from benchmarks.soaking.source import Source

if TYPE_CHECKING:
    from benchmarks.report import Report

# After the last fault: leases of 90 s, the sweep, and what was closed for up to 15 min.
PATIENCE = 20 * 60.0
_PREFIX, _CLUSTER = "nls-", "cluster"


@dataclass(slots=True)
class Ground:
    """What stands before Django is set up in this process."""

    installation: Installation
    cluster: Cluster
    book: Book
    service: Service
    source: Source


def run(options: Options) -> "Report":
    """The whole; nothing of it is left afterwards."""
    with ground(options) as ready:
        # Needs settings.
        from benchmarks.soaking.course import Course  # noqa: PLC0415

        course = Course(ready, options)
        course.furnish()
        say(f"{options.readers:,} readers; starting the installation")
        ready.installation.start(ready.installation.env)
        course.go()
        return course.report()


@contextmanager
def ground(options: Options) -> Iterator[Ground]:
    """Servers of the run's own on loopback, and tables."""
    with ExitStack() as stack:
        folder = new_folder(prefix=_PREFIX, end=_end)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        book = Book()
        service, relay, source = Service(book), Relay(book), Source(seed=options.seed)
        for each in (service, relay, source):
            stack.callback(each.stop)
        cluster = Cluster(folder=_for_postgres(folder), port=free_port())
        stack.callback(cluster.stop)
        cluster.make()
        broker = Broker(folder=folder)
        stack.callback(broker.process.stop)
        env = _environment(cluster, broker, service, relay, folder)
        broker.start(env)
        settings.use(env)
        _prepare()
        installation = Installation(folder=folder, cluster=cluster, broker=broker, port=free_port())
        installation.env = env
        stack.callback(installation.stop)
        yield Ground(installation, cluster, book, service, source)


def _end(old: Path) -> None:
    Cluster(folder=old / _CLUSTER, port=0).stop()


def _for_postgres(folder: Path) -> Path:
    place = folder / _CLUSTER
    place.mkdir()
    return place


def _environment(
    cluster: Cluster, broker: Broker, service: Service, relay: Relay, folder: Path
) -> dict[str, str]:
    """Production's settings; an email service first, a relay for when it refuses us."""
    env = settings.environment(
        shape="sendgrid",
        port=service.port,
        database_url=cluster.url,
        redis_url=broker.url,
        folder=folder,
    )
    return env | {
        "EMAIL_PROVIDERS": "sendgrid,smtp",
        "EMAIL_URL": f"smtp://127.0.0.1:{relay.port}?connections=2",
        "SITE_URL": f"https://{HOST}",
        "TRUSTED_PROXIES": "127.0.0.1/32",
        "WEBHOOK_SECRET": SECRET,
    }


def _prepare() -> None:
    from django.core.management import call_command  # noqa: PLC0415  (needs settings)

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
