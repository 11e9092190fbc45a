"""Production refuses to start without what it needs, naming the setting and its form."""

import os
import subprocess
import sys
from pathlib import Path

import anymail.backends
import pytest
from django.core.exceptions import ImproperlyConfigured

from config import checks
from subscribers.mailing.providers import PROVIDERS
from tests.servers import ROOT

# Of anymail's backends: what they are made of, a former name, and what sends nothing.
NO_SERVICES = {"__init__", "base", "base_requests", "console", "sendinblue", "test"}

GOOD = {
    "DEBUG": False,
    "SECRET_KEY": "s" * 50,
    "HASH_KEY": "h" * 50,
    "SITE_URL": "https://news.example.org",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "POSTAL_ADDRESS": "4 Beacon Row, Port Alder",
    "EMAIL_PROVIDERS": ["sendgrid", "smtp"],
    "EMAIL_URL": "smtp://relay.example:25",
    "WEBHOOK_SECRET": "name:a-long-random-password",
    "ANYMAIL": {"SENDGRID_API_KEY": "key"},
}
MISSING = [
    ("config.E001", "SECRET_KEY", ""),
    ("config.E001", "SECRET_KEY", "short"),
    ("config.E002", "HASH_KEY", ""),
    ("config.E002", "HASH_KEY", "short"),
    ("config.E003", "SITE_URL", "http://news.example.org"),
    ("config.E003", "SITE_URL", "https://unset.invalid"),
    ("config.E004", "REDIS_URL", ""),
    ("config.E005", "POSTAL_ADDRESS", ""),
    ("config.E006", "EMAIL_PROVIDERS", ["outbox"]),
    ("config.E007", "EMAIL_URL", ""),
    ("config.E008", "WEBHOOK_SECRET", ""),
    ("config.E008", "WEBHOOK_SECRET", "name:short"),
    ("config.E009", "ANYMAIL", {}),
    ("config.E011", "STAFF_WEBHOOK_SECRET", "a-long-secret-for-signatures"),
]


@pytest.fixture
def production(settings):
    for name, value in GOOD.items():
        setattr(settings, name, value)
    return settings


def test_complete_settings_pass(production) -> None:
    assert list(checks.check_settings()) == []


@pytest.mark.parametrize(("id_", "name", "value"), MISSING)
def test_each_missing_setting_is_named(production, id_: str, name: str, value: object) -> None:
    setattr(production, name, value)
    (error,) = checks.check_settings()
    assert error.id == id_
    assert name in error.msg


def test_in_debug_nothing_is_asked_for(production) -> None:
    production.DEBUG = True
    production.REDIS_URL = ""
    assert list(checks.check_settings()) == []


def test_an_email_service_without_its_key_is_refused_in_debug_too(production) -> None:
    production.DEBUG = True
    production.ANYMAIL = {}
    (error,) = checks.check_settings()
    assert error.id == "config.E009"
    assert "ANYMAIL_SENDGRID_API_KEY" in error.msg


def test_a_worker_is_told_all_of_it_in_one_line(production) -> None:
    production.REDIS_URL = production.POSTAL_ADDRESS = ""
    with pytest.raises(ImproperlyConfigured) as error:
        checks.refuse()
    assert "(config.E004)" in str(error.value)
    assert "(config.E005)" in str(error.value)
    assert "\n" not in str(error.value)


COMMANDS = {
    "manage.py": ["manage.py", "check"],
    "celery worker": ["-m", "celery", "-A", "config", "worker"],
    "celery beat": ["-m", "celery", "-A", "config", "beat"],
}
SERVER = ["-m", "granian", "--interface", "wsgi", "config.wsgi:application", "--no-ws"]


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
def test_a_wrong_setting_stops_each_program_with_one_line(command: list[str]) -> None:
    ended = _run(command, DEBUG="perhaps")
    assert ended.returncode == 1
    assert ended.stderr == 'Wrong setting: DEBUG is "perhaps". Set it to on or off.\n'


def test_a_folder_that_cannot_be_made_is_named(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    ended = _run(["manage.py", "check"], VAR_DIR=str(tmp_path / "file" / "var"))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Wrong setting: VAR_DIR is {tmp_path}/file/var, which cannot")


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
def test_each_program_refuses_production_without_its_settings(command: list[str], tmp_path) -> None:
    ended = _run(command, DEBUG="off", VAR_DIR=str(tmp_path))
    assert ended.returncode == 1
    assert "SECRET_KEY is missing" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("env", [{"DEBUG": "perhaps"}, {"DEBUG": "off"}], ids=["wrong", "missing"])
def test_the_web_server_ends_and_says_why(env: dict[str, str], free_port: int) -> None:
    ended = _run([*SERVER, "--port", str(free_port)], **env)
    assert ended.returncode == 1
    assert "\nWrong setting: " in f"\n{ended.stderr}"
    assert "Traceback" not in ended.stderr


def test_the_web_server_does_not_start_without_its_style_sheets(
    tmp_path: Path, free_port: int
) -> None:
    env = {name: value for name, value in GOOD.items() if isinstance(value, str)}
    env |= {"DEBUG": "off", "EMAIL_PROVIDERS": "smtp", "VAR_DIR": str(tmp_path)}
    ended = _run([*SERVER, "--port", str(free_port)], **env)
    assert ended.returncode == 1
    assert "manage.py collectstatic" in ended.stderr


def _run(command: list[str], **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", sorted(name for name, one in PROVIDERS.items() if one.keys))
def test_what_each_service_needs_is_asked_for(production, name: str) -> None:
    production.EMAIL_PROVIDERS = [name]
    production.ANYMAIL = {}

    (error,) = checks.check_settings()

    assert error.id == "config.E009"
    assert all(f"ANYMAIL_{key}" in error.msg for key in PROVIDERS[name].keys)
    production.ANYMAIL = dict.fromkeys(PROVIDERS[name].keys, "given")
    assert list(checks.check_settings()) == []


def test_amazon_ses_needs_boto3(production, monkeypatch) -> None:
    production.EMAIL_PROVIDERS = ["amazon_ses"]
    assert list(checks.check_settings()) == []

    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    (error,) = checks.check_settings()
    assert error.id == "config.E010"


def test_a_short_secret_of_the_staffs_webhook_is_refused(production) -> None:
    production.STAFF_WEBHOOK_URL = "https://chat.example/hook"
    production.STAFF_WEBHOOK_SECRET = "short"
    (error,) = checks.check_settings()
    assert error.id == "config.E012"
    production.STAFF_WEBHOOK_SECRET = "a-long-secret-for-signatures"
    assert list(checks.check_settings()) == []


@pytest.mark.parametrize(
    "secret", ["whsec_" + "pässwört" * 4, "whsec_not base64 at all, though", "whsec_" + "a" * 25]
)
def test_a_secret_of_the_staffs_webhook_that_is_no_base64_is_named(production, secret) -> None:
    production.STAFF_WEBHOOK_URL = "https://chat.example/hook"
    production.STAFF_WEBHOOK_SECRET = secret
    (error,) = checks.check_settings()
    assert error.id == "config.E013"
    production.STAFF_WEBHOOK_SECRET = "whsec_" + "a" * 24
    assert list(checks.check_settings()) == []


def test_every_backend_of_anymail_can_be_named() -> None:
    folder = Path(anymail.backends.__path__[0])
    theirs = {path.stem for path in folder.glob("*.py")} - NO_SERVICES

    assert {one.name for one in PROVIDERS.values() if one.backend} == theirs
