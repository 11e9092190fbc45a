"""The run's own database: made on the server of BENCH_DATABASE_URL, else a SQLite file."""

import os
import re
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks.servers.processes import BenchmarkError, is_running

SERVER = "BENCH_DATABASE_URL"


class Database:
    """`url` for settings; made by `make`, taken away by `drop`."""

    def __init__(self, *, folder: Path) -> None:
        self._server = os.environ.get(SERVER, "")
        self.is_postgresql = bool(self._server)
        if self.is_postgresql:
            if urlsplit(self._server).scheme not in {"postgres", "postgresql"}:
                raise BenchmarkError(f"{SERVER} must be postgres://user@host:port/name.")
            self.name = f"bench_{os.getpid()}_{int(time.time())}"
            self.url = urlunsplit(urlsplit(self._server)._replace(path=f"/{self.name}"))
        else:
            self.name = str(folder / "bench.sqlite3")
            self.url = f"sqlite:///{quote(self.name)}"

    def make(self) -> None:
        """An empty database; those of runs that were killed are taken away first."""
        if not self.is_postgresql:
            return
        try:
            for name in self._left_behind():
                # Fails while somebody uses it, so it may be another machine's.
                with suppress(psycopg.Error):
                    self._do(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
            self._do(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
        except psycopg.Error as error:
            raise BenchmarkError(f"{SERVER} takes no new database: {error}") from error

    def drop(self) -> None:
        """Take it away, whoever is connected. The SQLite file goes with its folder."""
        if self.is_postgresql:
            self._do(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name))
            )

    def _left_behind(self) -> list[str]:
        with psycopg.connect(self._server, autocommit=True, connect_timeout=5) as connection:
            names = [row[0] for row in connection.execute("SELECT datname FROM pg_database")]
        found = [(name, re.fullmatch(r"bench_(\d+)_\d+", name)) for name in names]
        return [name for name, match in found if match and not is_running(int(match[1]))]

    def _do(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._server, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement)
