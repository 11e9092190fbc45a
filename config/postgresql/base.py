"""Django's backend for PostgreSQL, with a cheaper look at whether a connection still stands."""

import select

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """For CONN_HEALTH_CHECKS, which asks at each request."""

    def is_usable(self) -> bool:
        """Only where there is a doubt is the server asked a question.

        A server that restarts, or ends a connection for another reason, says so: there is something
        to read. One that cannot say so would not answer a question either. After an error, or when
        something was interrupted on this side, the connection is asked too.
        """
        return self._is_calm() or super().is_usable()

    def _is_calm(self) -> bool:
        connection = self.connection
        if connection is None or connection.closed or self.errors_occurred:
            return False
        if connection.info.transaction_status != TransactionStatus.IDLE:
            return False
        ready = select.poll()
        ready.register(connection.fileno(), select.POLLIN)
        return not ready.poll(0)
