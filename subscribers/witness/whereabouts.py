"""Where the database is: what differs between a database and a copy or restored backup of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

_ROW = (
    "lock.identity, lock.counter, lock.locked_at"
    " FROM (SELECT 1) one LEFT JOIN subscribers_sendinglock lock ON 1 = 1"
)
# The table's own oid changes when a dump is restored into the same database, and nowhere else.
_POSTGRESQL = (
    "SELECT {cluster}, (SELECT oid FROM pg_database WHERE datname = current_database()),"
    " to_regclass('subscribers_sendinglock')::oid, {row}"
)
_CLUSTER = "(SELECT system_identifier FROM pg_control_system())"
_MAY_ASK = (
    "SELECT COALESCE(has_function_privilege(to_regprocedure('pg_control_system()'), 'EXECUTE'),"
    " FALSE)"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the sending lock says, and where it was read. `identity` "": it never said anything."""

    place: str
    identity: str
    counter: int
    locked_at: datetime | None


def read() -> Standing:
    """One statement. PostgreSQL: cluster, database and table; SQLite: inode and path."""
    if connection.vendor == "postgresql":
        asked = _CLUSTER if _may_name_cluster() else "'-'"
        cluster, database, table, *row = _ask(_POSTGRESQL.format(cluster=asked, row=_ROW))
        return _standing(f"postgresql {cluster} {database} {table}", row)
    return _standing(_file(), _ask("SELECT " + _ROW))


def _ask(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchone())


@cache
def _may_name_cluster() -> bool:
    """Whether this role may ask for the cluster's identifier: not everywhere it may."""
    return bool(_ask(_MAY_ASK)[0])


def _file() -> str:
    path = Path(str(connection.settings_dict["NAME"]))
    try:
        inode = path.stat().st_ino
    except OSError:
        # In memory: it cannot be copied.
        return "sqlite memory"
    return f"sqlite {inode} {str(path.resolve())[-150:]}"


def _standing(place: str, row: list[Any]) -> Standing:
    identity, counter, locked_at = row
    if isinstance(locked_at, str):
        # SQLite keeps times as text.
        locked_at = datetime.fromisoformat(locked_at).replace(tzinfo=UTC)
    return Standing(place=place, identity=identity or "", counter=counter or 0, locked_at=locked_at)
