"""The connection wrapper that Django loads for ENGINE = "deploy.database"."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL connections that live as long as their thread and are replaced when the server went away."""

    def is_usable(self) -> bool:
        """Say whether the idle connection is still open, without asking the server.

        A healthy idle connection has nothing to read. When the server ended it, the farewell or the end of the
        stream is waiting in the socket, and one poll() of a microsecond shows it; `SELECT 1` would cost every
        request a round trip.
        """
        connection = self.connection
        if connection is None or connection.closed:
            return False
        poller = select.poll()
        poller.register(connection.fileno(), select.POLLIN)
        return not poller.poll(0)
