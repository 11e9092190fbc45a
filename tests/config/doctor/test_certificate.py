"""The certificate of SITE_URL, asked of a real TLS server."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from config.doctor import site
from config.watching.readiness import Status

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs the openssl program")


@pytest.fixture
def served(tmp_path, settings) -> Iterator[str]:
    """A TLS server for localhost at SITE_URL; the path of its certificate, which nobody knows."""
    path = tmp_path / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"]
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    out = ["-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run([*command, *name, *out], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{path}.crt", path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=shake_hands, args=(server, context), daemon=True).start()
        settings.SITE_URL = f"https://localhost:{server.getsockname()[1]}"
        yield f"{path}.crt"


def shake_hands(server: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            plain, _ = server.accept()
        except OSError:
            return
        with suppress(OSError), context.wrap_socket(plain, server_side=True) as secure:
            secure.recv(1)


def test_one_that_is_believed_says_how_long_it_is_good(served, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", served)

    (check,) = site._certificate()

    assert check.status is Status.OK
    assert check.detail == "good for 29 days"


def test_one_that_nobody_knows_is_told(served):
    (check,) = site._certificate()

    assert check.status is Status.FAILED
    assert "self" in check.detail


def test_one_for_another_name_is_told(served, settings, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", served)
    settings.SITE_URL = settings.SITE_URL.replace("localhost", "127.0.0.1")

    (check,) = site._certificate()

    assert check.status is Status.FAILED
