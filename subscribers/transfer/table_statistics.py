"""What the database knows of how much it holds, brought up to date after a load."""

from django.db import connection

from subscribers.models import Subscriber, Subscription

_LOADED = (Subscriber, Subscription)


def refresh() -> None:
    """Count anew what an import fills: a sample, whatever the size of the tables.

    PostgreSQL does so by itself, about a minute later. A mail that leaves before would be planned
    for the readers there were, up to the worst of plans where there had been none. A role that does
    not own the tables is told so in the server's log, and nothing else happens.
    """
    if connection.vendor != "postgresql":
        return
    tables = ", ".join(model._meta.db_table for model in _LOADED)  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
