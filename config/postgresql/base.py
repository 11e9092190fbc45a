"""Django's backend for PostgreSQL, with a cheaper look at whether a connection still stands."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """For CONN_HEALTH_CHECKS, which asks at each request."""

    def is_usable(self) -> bool:
        """Only where the server has sent something is it asked a question.

        A server that restarts, or ends a connection for another reason, says so: there is something
        to read. One that cannot say so would not answer a question either.
        """
        if self.connection is None or self.connection.closed:
            return False
        ready = select.poll()
        ready.register(self.connection.fileno(), select.POLLIN)
        return super().is_usable() if ready.poll(0) else True
