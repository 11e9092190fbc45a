"""A call over a bad line: what may have been taken is unknown, everything else is certain."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from subscribers.mailing.answers import Kind
from subscribers.mailing.api import wire
from tests.subscribers.mailing.api.conftest import Desk


def test_no_answer_is_unknown(desk: Desk):
    desk.server.cut = True

    assert desk.send_one().kind is Kind.UNKNOWN
    assert len(desk.server.calls) == 1, "a call is never repeated by itself"


def test_half_an_answer_is_unknown(desk: Desk):
    desk.server.half = True
    desk.server.say = lambda _call: (202, '{"id": "1", "message": "Queued. Thank you."}')

    assert desk.send_one().kind is Kind.UNKNOWN


def test_a_provider_that_talks_too_slowly_is_left(desk: Desk, monkeypatch):
    monkeypatch.setattr(wire, "ANSWER", 0.3)
    desk.server.drip = 0.05
    desk.server.say = lambda _call: (202, '{"id": "1", "message": "Queued. Thank you."}')

    assert desk.send_one().kind is Kind.UNKNOWN


@contextmanager
def one_call(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server for one connection, spoken to without any HTTP; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with listener.accept()[0] as peer:
                talk(peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        thread.join(5)


def test_a_request_cut_in_the_middle_was_not_taken():
    def cut(peer: socket.socket) -> None:
        peer.recv(10)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with one_call(cut) as place, pytest.raises(wire.NotSent):
        wire.post(wire.Request(f"http://{place}/", {}, b"x" * 30_000_000))


def test_who_refuses_before_the_end_of_a_request_is_heard():
    def refuse(peer: socket.socket) -> None:
        peer.recv(10)
        peer.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")

    with one_call(refuse) as place:
        reply = wire.post(wire.Request(f"http://{place}/", {}, b"x" * 30_000_000))
        assert reply.status == 413
        assert wire._kept.connections["http", place].sock is None, "it is not used again"


def test_nobody_there_costs_nothing(open_desk, settings):
    desk = open_desk("sendgrid")
    settings.ANYMAIL = settings.ANYMAIL | {"SENDGRID_API_URL": "http://127.0.0.1:9/"}

    assert desk.send_one().kind is Kind.NOT_SENT


def test_a_name_without_an_address_costs_nothing(open_desk, settings):
    desk = open_desk("sendgrid")
    settings.ANYMAIL = settings.ANYMAIL | {"SENDGRID_API_URL": "http://nowhere.invalid/"}

    assert desk.send_one().kind is Kind.NOT_SENT


def test_a_certificate_that_is_none_costs_nothing(open_desk, settings):
    desk = open_desk("sendgrid")
    plain = desk.server.url.replace("http://", "https://")
    settings.ANYMAIL = settings.ANYMAIL | {"SENDGRID_API_URL": plain}

    answer = desk.send_one()

    assert answer.kind is Kind.NOT_SENT
    assert not desk.server.calls


def test_a_connection_is_kept(desk: Desk):
    for _ in range(3):
        assert desk.send_one().kind is Kind.ACCEPTED

    assert desk.server.connections == 1


def test_a_connection_that_the_provider_gave_up_is_made_anew(desk: Desk):
    desk.server.hang_up = True

    for _ in range(3):
        assert desk.send_one().kind is Kind.ACCEPTED
        wait_for_goodbye(desk.server.url)

    assert desk.server.connections == 3


def wait_for_goodbye(url: str) -> None:
    """Until the end of the kept connection has come in."""
    sock = wire._kept.connections["http", url.removeprefix("http://").rstrip("/")].sock
    sock._sock.settimeout(5)
    assert sock._sock.recv(1, socket.MSG_PEEK) == b""


def test_a_connection_that_was_idle_is_made_anew(open_desk, monkeypatch):
    desk = open_desk("sendgrid")
    assert desk.send_one().kind is Kind.ACCEPTED
    monkeypatch.setattr(wire, "_MOST_IDLE", -1.0)

    assert desk.send_one().kind is Kind.ACCEPTED
    assert desk.server.connections == 2


def test_a_process_does_not_share_its_parents_connections(open_desk, monkeypatch):
    desk = open_desk("sendgrid")
    assert desk.send_one().kind is Kind.ACCEPTED
    monkeypatch.setattr(wire.os, "getpid", lambda: -1)

    assert desk.send_one().kind is Kind.ACCEPTED
    assert desk.server.connections == 2


@pytest.mark.parametrize("words", [b"garbage\r\n\r\n", b"HTTP/1.1 202 Accepted\r\nX-Id", b""])
def test_what_is_no_http_is_no_answer(words: bytes):
    def babble(peer: socket.socket) -> None:
        peer.recv(1 << 16)
        peer.sendall(words)

    with one_call(babble) as place, pytest.raises(wire.NoAnswer):
        wire.post(wire.Request(f"http://{place}/", {}, b"{}"))


def test_an_answer_without_end_is_not_read(open_desk, monkeypatch):
    desk = open_desk("sendgrid")
    monkeypatch.setattr(wire, "MOST_BYTES", 1_000)
    desk.server.say = lambda _call: (202, "x" * 10_000)

    assert desk.send_one().kind is Kind.UNKNOWN


def test_a_proxy_is_asked_for_a_way_to_the_provider(monkeypatch):
    asked = []

    def proxy(peer: socket.socket) -> None:
        asked.append(peer.recv(1 << 16))
        peer.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

    with one_call(proxy) as place:
        monkeypatch.setenv("https_proxy", f"http://{place}")
        with pytest.raises(wire.NotSent):
            wire.post(wire.Request("https://api.provider.example/v3/", {}, b"{}"))

    assert asked[0].startswith(b"CONNECT api.provider.example:443 ")


def test_tls_is_checked_against_the_name_of_the_provider():
    connection = wire._open("https", "api.provider.example")

    assert connection._context.verify_mode is ssl.CERT_REQUIRED
    assert connection._context.check_hostname
    assert connection.peer == "api.provider.example"
    assert connection.port == 443
