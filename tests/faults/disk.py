"""A database's disk that is full.

PostgreSQL's error is raised by a trigger: a small disk of its own needs a mount, so root on the
database's machine. SQLite's is a real one, from a limit on the size of its file.
"""

from django.db import connection


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


class Disk:
    """The database's disk: `fill` makes every write to some tables fail, `clear` ends that."""

    tables = ("newsletter_batch", "subscribers_notice")

    def fill(self) -> None:
        if connection.vendor == "postgresql":
            self._fill_postgresql()
        else:
            self._fill_sqlite()

    def clear(self) -> None:
        if connection.vendor == "postgresql":
            run("DROP FUNCTION IF EXISTS disk_is_full() CASCADE")
            return
        connection.close()
        run(*(f"DROP TRIGGER IF EXISTS full_{table}" for table in self.tables))
        run("DROP TABLE IF EXISTS ballast")

    def _fill_postgresql(self) -> None:
        run(
            "CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100';"
            " END $$",
            *(
                f"CREATE TRIGGER disk_is_full BEFORE UPDATE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION disk_is_full()"
                for table in self.tables
            ),
        )

    def _fill_sqlite(self) -> None:
        run(
            "CREATE TABLE ballast (weight BLOB)",
            *(
                f"CREATE TRIGGER full_{table} BEFORE UPDATE ON {table}"
                " BEGIN INSERT INTO ballast VALUES (zeroblob(100000000)); END"
                for table in self.tables
            ),
        )
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            (pages,) = cursor.fetchone()
            cursor.execute(f"PRAGMA max_page_count = {pages}")
