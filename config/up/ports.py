"""The address that the web server listens on."""

import errno
import socket

from config.up.failure import UpError

HOST = "127.0.0.1"


def check_free(port: int) -> None:
    """Raise UpError when `port` of this machine cannot be listened on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the web server does: a connection that is closing does not keep the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UpError(_why(port, error)) from error


def _why(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. Stop what uses it, or choose another: PORT=8001 ./run"
    return f"Port {port} cannot be used ({error.strerror}). Choose another: PORT=8001 ./run"
