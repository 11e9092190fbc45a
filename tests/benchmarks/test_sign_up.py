"""The sign-up benchmark runs from beginning to end on the real site, and its clients read well."""

import socket
import subprocess
import sys
import threading

import pytest

from benchmarks.clients import crowd
from benchmarks.clients.crowd import Visit
from benchmarks.servers.processes import ROOT

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


@pytest.fixture
def server():
    """Answers in two pieces, hangs up on those that ask for it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

        def talk(connection: socket.socket) -> None:
            with connection:
                while asked := connection.recv(100):
                    if b"hang up" in asked:
                        return
                    connection.sendall(ANSWER[:20])
                    connection.sendall(ANSWER[20:])

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def test_each_request_is_answered_once_and_who_is_hung_up_on_is_counted(server):
    requests = [b"please"] * 20 + [b"hang up"] * 2
    found = crowd.visit(port=server, clients=4, requests=requests)
    assert found.statuses == {200: 20}
    assert found.broken == 2
    assert len(found.seconds) == 20


def test_a_share_of_the_answers_came_within():
    found = Visit(seconds=[number / 100 for number in range(100, 0, -1)])
    assert (found.at(0.5), found.at(0.99), found.at(1.0)) == (0.5, 0.99, 1.0)


@pytest.mark.needs_server
def test_a_few_sign_ups_are_all_there_afterwards() -> None:
    command = ["sign-up", "--readers", "100", "--clients", "8", "--web-workers", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *command, "--limit", "100"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stdout[-1_000:] + done.stderr[-2_000:]
