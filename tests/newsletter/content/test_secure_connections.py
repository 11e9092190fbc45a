"""A certificate must be good for the name that was asked for, not for the address behind it."""

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from newsletter.content import addresses, fetching
from newsletter.content.fetching import FetchError, fetch

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs the openssl program")
HOST = "gazette.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for HOST alone, with its key, in one file."""
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={HOST}".split()
    extension = ["-addext", f"subjectAltName=DNS:{HOST}"]
    subprocess.run(
        [*command, *extension, "-keyout", str(path), "-out", f"{path}.crt"],
        check=True,
        capture_output=True,
    )
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"secure")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server(certificate, settings, monkeypatch) -> Iterator[dict[str, object]]:
    """A server on loopback with that certificate, which every name leads to."""
    settings.FETCH_PRIVATE = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    asked: dict[str, object] = {"names": []}
    context.sni_callback = lambda sock, name, ctx: asked["names"].append(name)
    here = HTTPServer(("127.0.0.1", 0), Handler)
    here.socket = context.wrap_socket(here.socket, server_side=True)
    asked["port"] = here.server_port
    threading.Thread(target=here.serve_forever, args=(0.05,), daemon=True).start()
    monkeypatch.setattr(addresses, "resolve", lambda host, port: ["127.0.0.1"])
    yield asked
    here.shutdown()
    here.server_close()


@pytest.fixture
def trusted(certificate, monkeypatch) -> None:
    context = ssl.create_default_context(cafile=f"{certificate}.crt")
    monkeypatch.setattr(fetching, "_tls", lambda: context)


def test_it_asks_for_the_name_and_accepts_its_certificate(server, trusted):
    assert fetch(f"https://{HOST}:{server['port']}/").body == b"secure"
    assert server["names"] == [HOST]


def test_it_refuses_a_certificate_for_another_name(server, trusted):
    with pytest.raises(FetchError, match=r"^We did not trust other\.example: its certificate"):
        fetch(f"https://other.example:{server['port']}/")


def test_it_refuses_a_certificate_that_nobody_vouches_for(server):
    with pytest.raises(FetchError, match=r"^We did not trust gazette\.example"):
        fetch(f"https://{HOST}:{server['port']}/")
