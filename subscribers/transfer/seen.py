"""Which addresses a file named before: on disk, so that a million of them take no memory."""

import sqlite3
from collections.abc import Sequence
from types import TracebackType

from subscribers.transfer.lines import Unreadable

NO_ROOM = "There is no room for temporary files to note which addresses came before."


class Seen:
    """Keyed hashes and the line of each, in a file without a name that ends with the process."""

    def __init__(self) -> None:
        # SQLite's temporary database: kept in memory up to its cache (2 MB), then on disk.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode=OFF")
        self._database.execute(
            "CREATE TABLE seen (hash BLOB PRIMARY KEY, line INTEGER) WITHOUT ROWID"
        )

    def __enter__(self) -> "Seen":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def first_lines(self, rows: Sequence[tuple[str, int]]) -> list[int]:
        """The line that named each (hash, line) of these first: its own when it is new.

        Raises Unreadable when the disk is full.
        """
        try:
            return self._first_lines(rows)
        except sqlite3.Error as error:
            raise Unreadable(NO_ROOM) from error

    def _first_lines(self, rows: Sequence[tuple[str, int]]) -> list[int]:
        keys = [bytes.fromhex(key) for key, _ in rows]
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT OR IGNORE INTO seen VALUES (?, ?)",
            [(key, line) for key, (_, line) in zip(keys, rows, strict=True)],
        )
        self._database.execute("COMMIT")
        found = self._database.execute(
            f"SELECT hash, line FROM seen WHERE hash IN ({','.join('?' * len(keys))})",  # noqa: S608
            keys,
        )
        lines = dict(found.fetchall())
        return [lines[key] for key in keys]
