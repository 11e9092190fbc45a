"""A call over a bad line: what may have been taken is unknown, everything else is certain."""

import socket
import ssl
import threading

import pytest

from subscribers.mailing.answers import Kind
from subscribers.mailing.api import wire
from tests.subscribers.mailing.api.conftest import Desk, make_recipients


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


def test_a_request_cut_in_the_middle_was_not_taken(open_desk):
    desk = open_desk("sendgrid")
    desk.server.cut_request = True

    answer = desk.send_one(make_recipients(300, greeting_html="x" * 9_000))

    assert answer.kind is Kind.NOT_SENT


def test_who_refuses_before_the_end_of_a_request_is_heard(monkeypatch):
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse():
        peer, _ = listener.accept()
        peer.recv(10)
        peer.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
        peer.shutdown(socket.SHUT_WR)
        while peer.recv(1 << 16):
            pass

    threading.Thread(target=refuse, daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

    reply = wire.post(wire.Request(url, {}, b"x" * 8_000_000))

    assert reply.status == 413
    listener.close()


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


@pytest.mark.parametrize("status", ["garbage\r\n\r\n", "HTTP/1.1 200\r\n", ""])
def test_what_is_no_http_is_no_answer(status: str):
    listener = socket.create_server(("127.0.0.1", 0))

    def babble():
        peer, _ = listener.accept()
        peer.recv(1 << 16)
        peer.sendall(status.encode())
        peer.close()

    threading.Thread(target=babble, daemon=True).start()

    with pytest.raises((wire.NoAnswer,)):
        wire.post(wire.Request(f"http://127.0.0.1:{listener.getsockname()[1]}/", {}, b"{}"))
    listener.close()


def test_an_answer_without_end_is_not_read(open_desk, monkeypatch):
    desk = open_desk("sendgrid")
    monkeypatch.setattr(wire, "MOST_BYTES", 1_000)
    desk.server.say = lambda _call: (202, "x" * 10_000)

    assert desk.send_one().kind is Kind.UNKNOWN


def test_a_proxy_is_asked_for_a_way_to_the_provider(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    listener = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{listener.getsockname()[1]}")
    asked = []

    def proxy():
        peer, _ = listener.accept()
        asked.append(peer.recv(1 << 16))
        peer.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        peer.close()

    thread = threading.Thread(target=proxy, daemon=True)
    thread.start()

    with pytest.raises(wire.NotSent):
        wire.post(wire.Request("https://api.provider.example/v3/", {}, b"{}"))
    thread.join(5)
    assert asked[0].startswith(b"CONNECT api.provider.example:443 ")
    listener.close()


def test_tls_is_checked_against_the_name_of_the_provider():
    connection = wire._open("https", "api.provider.example")

    assert connection._context.verify_mode is ssl.CERT_REQUIRED
    assert connection._context.check_hostname
    assert connection.peer == "api.provider.example"
    assert connection.port == 443
