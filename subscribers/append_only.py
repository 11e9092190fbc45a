"""Tables to which rows are only ever added: the database refuses everything else.

On SQLite that holds for REPLACE only with `PRAGMA recursive_triggers`, which our connections set.
For migrations. On SQLite Django makes a table anew to change it, and triggers go with the old one:
a later migration of such a table must forbid again.
"""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps

_FUNCTION = """
CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
_TRIGGERS = {
    "postgresql": (
        "CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each}"
        " EXECUTE FUNCTION append_only()"
    ),
    "sqlite": (
        "CREATE TRIGGER {name} BEFORE {event} ON {table}"
        " BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    ),
}
_DROP = {
    "postgresql": "DROP TRIGGER {name} ON {table}",
    "sqlite": "DROP TRIGGER {name}",
}


def forbid(table: str, *, columns: Sequence[str] = (), deletes: bool = True) -> RunPython:
    """An operation after which changing a row raises IntegrityError, and so does deleting one.

    `columns`: only these must stay as they are. `deletes=False` for what goes with what it is of.
    """
    triggers = {vendor: _triggers(vendor, table, columns, deletes=deletes) for vendor in _TRIGGERS}

    def forwards(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        vendor = editor.connection.vendor
        if vendor == "postgresql":
            editor.execute(_FUNCTION, params=None)
        for name, (event, each) in triggers[vendor].items():
            made = _TRIGGERS[vendor].format(name=name, event=event, table=table, each=each)
            # No parameters: a percent sign is nothing special then.
            editor.execute(made, params=None)

    def backwards(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        vendor = editor.connection.vendor
        for name in triggers[vendor]:
            editor.execute(_DROP[vendor].format(name=name, table=table))

    return RunPython(forwards, backwards)


def _triggers(
    vendor: str, table: str, columns: Sequence[str], *, deletes: bool
) -> dict[str, tuple[str, str]]:
    """Name -> the event, and whether it fires for each row or statement."""
    updates = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
    found = {f"{table}_no_update": (updates, "ROW")}
    if deletes:
        found[f"{table}_no_delete"] = ("DELETE", "ROW")
    if deletes and vendor == "postgresql":
        found[f"{table}_no_truncate"] = ("TRUNCATE", "STATEMENT")
    return found
