"""What the database knows of how much it holds, brought up to date after a load."""

import structlog
from django.db import DatabaseError, connection, transaction

from subscribers.models import Subscriber, Subscription

_LOADED = (Subscriber, Subscription)

log = structlog.get_logger(__name__)


def refresh() -> None:
    """Count anew what an import fills: a sample, whatever the size of the tables.

    PostgreSQL does so by itself, about a minute later. A mail that leaves before would be planned
    for the readers there were, up to the worst of plans where there had been none. Where somebody
    holds the tables, or this role does not own them, it is left to the server.
    """
    if connection.vendor != "postgresql":
        return
    tables = ", ".join(model._meta.db_table for model in _LOADED)  # noqa: SLF001
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            cursor.execute(f"ANALYZE {tables}")
    except DatabaseError as error:
        # What was let in is in, and the report of it must not be lost for this.
        log.warning("readers_not_counted", error=type(error).__name__)
