"""A database's disk that is full.

PostgreSQL's error is raised by a trigger: a small disk of its own needs a mount, so root on the
database's machine. SQLite's is a real one, from a limit on the size of its file.
"""

from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created

# Written with each row, so that a file that may not grow cannot take it.
BALLAST = 1_000_000


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


class Disk:
    """`fill` makes every change of a batch or notice fail, on every connection; `clear` ends it."""

    tables = ("newsletter_batch", "subscribers_notice")

    def __init__(self) -> None:
        self._pages: int | None = None

    def fill(self) -> None:
        if connection.vendor == "postgresql":
            self._fill_postgresql()
        elif self._pages is None:
            self._fill_sqlite()

    def clear(self) -> None:
        if connection.vendor == "postgresql":
            run("DROP FUNCTION IF EXISTS disk_is_full() CASCADE")
        elif self._pages is not None:
            self._pages = None
            connection_created.disconnect(self._limit)
            connection.close()
            run(*(f"DROP TRIGGER full_{table}" for table in self.tables), "DROP TABLE ballast")

    def _fill_postgresql(self) -> None:
        run(
            "CREATE OR REPLACE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100';"
            " END $$"
        )
        for table in self.tables:
            run(
                f"DROP TRIGGER IF EXISTS disk_is_full ON {table}",
                f"CREATE TRIGGER disk_is_full BEFORE UPDATE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION disk_is_full()",
            )

    def _fill_sqlite(self) -> None:
        # Room inside the file would be used before it grows.
        run("VACUUM", "CREATE TABLE ballast (weight BLOB)")
        for table in self.tables:
            run(
                f"CREATE TRIGGER full_{table} BEFORE UPDATE ON {table}"
                f" BEGIN INSERT INTO ballast VALUES (zeroblob({BALLAST})); END"
            )
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            (self._pages,) = cursor.fetchone()
        connection_created.connect(self._limit)
        self._limit()

    def _limit(self, **_: Any) -> None:
        run(f"PRAGMA max_page_count = {self._pages}")
