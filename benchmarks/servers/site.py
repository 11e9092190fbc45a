"""The web server, started with the command of docs/operations.md, and a client of it."""

import http.client
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from benchmarks.servers.processes import Process, wait_for


class Site:
    """One process of gunicorn on loopback, behind a proxy of the run's own making."""

    def __init__(self, *, folder: Path) -> None:
        self._process = Process(name="web", folder=folder)
        self._socket = folder / "web.sock"

    def start(self, *, workers: int = 1, threads: int = 4) -> None:
        """Start it with this process's settings and wait until it answers."""
        from django.core.management import call_command  # noqa: PLC0415  (needs settings)

        call_command("collectstatic", interactive=False, verbosity=0)
        command = [
            *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"unix:{self._socket}"),
            *("--workers", str(workers), "--threads", str(threads), "--no-control-socket"),
            *("--keep-alive", "60"),
        ]
        # Limits count by network, so each request says that it comes from one of its own.
        env = dict(os.environ) | {"TRUSTED_PROXIES": "127.0.0.0/8", "LOG_FORMAT": "json"}
        self._process.start(command, env=env)
        wait_for(self._answers, seconds=60, what="the web server")

    def stop(self) -> None:
        """End it."""
        self._process.stop()

    def connect(self) -> "Client":
        """A connection that is kept open."""
        return Client(self._socket)

    def _answers(self) -> bool:
        self._process.check()
        try:
            return self.connect().get("/healthz") == 200
        except (OSError, http.client.HTTPException):
            return False


class Client(http.client.HTTPConnection):
    """HTTP over the web server's socket, with the name of the site."""

    def __init__(self, path: Path) -> None:
        self._path = path
        super().__init__(str(urlsplit(os.environ["SITE_URL"]).hostname), timeout=20)

    def connect(self) -> None:
        """Instead of a host and a port."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))

    def get(self, path: str) -> int:
        """The status of a page."""
        self.request("GET", path)
        response = self.getresponse()
        response.read()
        return response.status

    def post(
        self, path: str, fields: Mapping[str, str], *, client: str
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body of the answer to a form, sent from the address `client`."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": client,
            "X-Forwarded-Proto": "https",
        }
        self.request("POST", path, urlencode(fields), headers)
        response = self.getresponse()
        return response.status, response.getheaders(), response.read()
