"""PostgreSQL ends connections, is out of reach, or is restarted while a digest is going out.

Whatever a worker cannot write down at that moment it writes down on a new connection while its
lease lasts, so a short outage leaves nothing unknown. SQLite has no connection to lose.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.faults.proxy import Fault, Proxy, proxied
from tests.servers import database_url, unavailable, wait_for

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.needs_server,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no connections"),
]

BIN = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(scope="module")
def line(django_db_setup: None) -> Iterator[Proxy]:
    with proxied(database_url()) as one:
        yield one


@pytest.fixture
def stage(played, line, api):
    line.well()
    through = urlsplit(database_url())._replace(netloc=f"{_user()}@127.0.0.1:{line.port}")
    return played(api, DATABASE_URL=through.geturl())


def _user() -> str:
    return urlsplit(database_url()).netloc.rpartition("@")[0]


def _end_connections(line: Proxy) -> None:
    """As an administrator does, of everybody but us."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _cut(line: Proxy) -> None:
    line.cut()


def _reset(line: Proxy) -> None:
    line.cut(rudely=True)


def _out_of_reach(line: Proxy) -> None:
    line.refuse()
    time.sleep(2)
    line.open()


def _slow(line: Proxy) -> None:
    line.fault = Fault(delay=0.01)


def _three_times(line: Proxy) -> None:
    for _ in range(3):
        _end_connections(line)
        time.sleep(0.4)


@pytest.mark.parametrize(
    "breaks", [_end_connections, _cut, _reset, _out_of_reach, _slow, _three_times]
)
@pytest.mark.parametrize("delay", [0.05, 0.6], ids=["between_calls", "in_a_call"])
def test_the_connection_is_lost_in_mid_send(breaks: Callable, delay, line, stage, api):
    api.proxy.fault = Fault(delay=delay)
    stage.release()
    stage.beat()
    wait_for(lambda: stage.count("pending") < 200, seconds=20, what="a claim")

    breaks(line)
    stage.runs_out(leases=True)

    assert stage.ends(api.took()) == {"accepted": 200}


@dataclass
class Server:
    """A PostgreSQL of our own, which may be restarted."""

    directory: Path
    port: int

    def control(self, *arguments: str) -> None:
        _as_nobody(
            str(BIN / "pg_ctl"),
            "-D",
            str(self.directory),
            "-w",
            "-s",
            *arguments,
            at=self.directory,
        )

    def start(self) -> None:
        options = f"-p {self.port} -k {self.directory} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = str(self.directory / "log")
        self.control("-l", log, "-o", options, "start")


def _as_nobody(*command: str, at: Path) -> None:
    """PostgreSQL refuses to run as root."""
    is_root = os.geteuid() == 0
    who = {"user": "postgres", "group": "postgres", "extra_groups": []} if is_root else {}
    subprocess.run(command, check=True, cwd=at, capture_output=True, timeout=60, **who)


@contextmanager
def _server(line_port: int) -> Iterator[Server]:
    if not (BIN / "initdb").exists() or shutil.which("pg_dump") is None:
        unavailable("there is no PostgreSQL 15 here to start")
    directory = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(directory, "postgres", "postgres")
    data = Server(directory / "data", line_port)
    try:
        _as_nobody(
            *(str(BIN / "initdb"), "-D", str(data.directory), "-A", "trust", "-U", "postgres"),
            *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            at=directory,
        )
        data.start()
        yield data
    finally:
        data.control("-m", "immediate", "stop")
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def _at_home_in(server: Server) -> Iterator[None]:
    """Work on a copy of the test database's tables, in a server that may be restarted."""
    schema = subprocess.run(
        ["pg_dump", "--schema-only", "--no-owner", database_url()],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout
    before = dict(connection.settings_dict)
    url = f"postgres://postgres@127.0.0.1:{server.port}/postgres"
    loaded = subprocess.run(
        ["psql", "-q", "-v", "ON_ERROR_STOP=1", url],
        input=schema,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert loaded.returncode == 0, loaded.stderr
    connection.close()
    connection.settings_dict.update(
        HOST="127.0.0.1", PORT=str(server.port), NAME="postgres", USER="postgres", PASSWORD=""
    )
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_the_server_is_restarted_in_mid_send(how, played, crew, broker, api, free_port):
    with _server(free_port) as server, _at_home_in(server):
        crew.go()
        stage = played(api)
        api.proxy.fault = Fault(delay=0.6)
        stage.release()
        stage.beat()
        wait_for(lambda: stage.count("submitting") > 0, seconds=20, what="a call")

        server.control("-m", how, "stop")
        time.sleep(1)
        server.start()
        connection.close()
        stage.runs_out(leases=True)

        assert stage.ends(api.took()) == {"accepted": 200}
        crew.go()
