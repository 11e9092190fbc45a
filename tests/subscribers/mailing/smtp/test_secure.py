"""TLS with a checked certificate, and logging in."""

import hmac
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from subscribers.mailing.answers import Kind
from subscribers.mailing.smtp import Fate, kept
from tests.relay import Heard, ScriptedRelay, scripted_relay
from tests.subscribers.mailing.smtp.conftest import fates

with_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="needs the openssl program")
EXTENSIONS = ["PIPELINING", "STARTTLS"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for localhost alone, with its key, in one file; `.crt` is without the key."""
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    name = ["-subj", "/CN=localhost"]
    extension = ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(
        [*command, *name, *extension, "-keyout", str(path), "-out", f"{path}.crt"],
        check=True,
        capture_output=True,
    )
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def tls(certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate, monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")


@pytest.fixture(autouse=True)
def _hang_up():
    yield
    kept._forget()


def over(relay: ScriptedRelay, scheme: str, host: str = "localhost", user: str = "") -> str:
    return f"{scheme}://{user}{host}:{relay.url.rpartition(':')[2]}?connections=2"


@with_openssl
@pytest.mark.parametrize("scheme", ["smtp+tls", "smtp+ssl"])
def test_letters_go_over_tls(trusted, tls, settings, letters, deliver, scheme):
    is_tls = scheme == "smtp+ssl"
    with scripted_relay(tls=tls, is_tls=is_tls, extensions=EXTENSIONS) as relay:
        settings.EMAIL_URL = over(relay, scheme)
        posted = letters(30, text="Hello @@name@@" + "x" * 100_000)

        assert deliver(posted) is None
        assert fates(posted) == {Fate.ACCEPTED: 30}
        assert len(relay.mails) == 30
        if not is_tls:
            assert relay.verbs()[:4] == ["CONNECT", "EHLO", "STARTTLS", "EHLO"]


@with_openssl
@pytest.mark.parametrize("scheme", ["smtp+tls", "smtp+ssl"])
@pytest.mark.parametrize("trust", [True, False])
def test_a_certificate_that_is_not_good_for_the_relay_is_refused(
    request, tls, settings, letters, deliver, scheme, trust
):
    if trust:
        request.getfixturevalue("trusted")
    is_tls = scheme == "smtp+ssl"
    with scripted_relay(tls=tls, is_tls=is_tls, extensions=EXTENSIONS) as relay:
        settings.EMAIL_URL = over(relay, scheme, host="127.0.0.1" if trust else "localhost")
        posted = letters(2)

        answer = deliver(posted)

        assert answer.kind is Kind.NOT_SENT
        assert "certificate" in answer.detail.lower()
        assert relay.mails == []
        assert not {"MAIL", "AUTH"} & set(relay.verbs())


@with_openssl
def test_words_put_in_before_the_encryption_are_not_listened_to(
    trusted, tls, settings, letters, deliver
):
    """What was said in the clear may come from somebody on the way."""
    with scripted_relay(tls=tls, extensions=EXTENSIONS) as relay:
        relay.injected = b"250-relay.example\r\n250 AUTH PLAIN\r\n"
        settings.EMAIL_URL = over(relay, "smtp+tls", user="user:secret@")

        answer = deliver(letters(1))

        assert answer.kind is Kind.NOT_SENT
        assert relay.mails == []
        assert relay.logins == []


def test_a_relay_without_starttls_gets_no_mail_in_the_clear(settings, letters, deliver):
    with scripted_relay(extensions=["PIPELINING", "AUTH PLAIN"]) as relay:
        settings.EMAIL_URL = over(relay, "smtp+tls", user="user:secret@")

        assert deliver(letters(1)).kind is Kind.NOT_SENT
        assert relay.verbs() == ["CONNECT", "EHLO"]


@pytest.mark.parametrize(
    ("offered", "login"),
    [
        ("PLAIN LOGIN CRAM-MD5", ("PLAIN", "\0us@er\0se:cret")),
        ("LOGIN CRAM-MD5", ("LOGIN", "us@er", "se:cret")),
        (
            "CRAM-MD5",
            (
                "CRAM-MD5",
                "us@er " + hmac.new(b"se:cret", b"<1@relay.example>", "md5").hexdigest(),
            ),
        ),
    ],
)
def test_it_logs_in_by_what_the_relay_offers(settings, letters, deliver, offered, login):
    with scripted_relay(extensions=[f"AUTH {offered}"]) as relay:
        settings.EMAIL_URL = over(relay, "smtp", user="us%40er:se%3Acret@")

        assert deliver(letters(1)) is None
        assert relay.logins == [login]
        assert len(relay.mails) == 1


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("535 5.7.8 wrong password", Kind.ACCOUNT),
        ("454 4.7.0 not now", Kind.THROTTLED),
        ("421 4.7.0 goodbye", Kind.THROTTLED),
    ],
)
def test_a_log_in_that_is_refused(settings, letters, deliver, said, kind):
    with scripted_relay(extensions=["AUTH PLAIN"]) as relay:
        relay.script = lambda heard: said if heard.verb == "AUTH" else None
        settings.EMAIL_URL = over(relay, "smtp", user="user:secret@")
        posted = letters(1)

        answer = deliver(posted)

        assert (answer.kind, answer.detail) == (kind, said)
        assert fates(posted) == {Fate.WAITING: 1}


def test_a_relay_that_offers_no_log_in_that_we_know(settings, letters, deliver):
    with scripted_relay(extensions=["AUTH NTLM"]) as relay:
        settings.EMAIL_URL = over(relay, "smtp", user="user:secret@")

        assert deliver(letters(1)).kind is Kind.ACCOUNT
        assert relay.logins == []


def test_an_old_server_without_ehlo_is_greeted_as_before(settings, letters, deliver):
    def script(heard: Heard) -> str | None:
        return "502 5.5.2 what is that" if heard.verb == "EHLO" else None

    with scripted_relay(script=script) as relay:
        settings.EMAIL_URL = f"{relay.url}?connections=1"

        assert deliver(letters(2)) is None
        assert relay.verbs()[:3] == ["CONNECT", "EHLO", "HELO"]
        assert relay.hasty == 0
