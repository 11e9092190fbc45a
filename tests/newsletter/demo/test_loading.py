"""Loading the demo: its passwords, and where it is refused."""

import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from config.models import StaffUser
from newsletter import demo
from newsletter.delivery import drain
from newsletter.demo.staff import password_file
from newsletter.models import Article, Delivery, Digest, Feed, Image, Schedule
from subscribers.models import Newsletter, OutboxMail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_pictures")]

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
COUNTED = (Article, Delivery, Digest, Feed, Image, Newsletter, OutboxMail, Schedule, StaffUser)


def test_passwords_are_kept_for_their_owner_only(files_apart: Path, client: Any) -> None:
    demo.load(now=NOW)

    for account in ("admin", "sender"):
        path = password_file(account=account)
        assert path.parent == files_apart
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        password = path.read_text(encoding="utf-8").strip()
        assert len(password) >= 12
        address = reverse("admin:login")
        answer = client.post(address, {"username": account, "password": password})
        assert answer["Location"] == reverse("admin:index")


def test_a_kept_password_is_used_again_for_a_new_database() -> None:
    demo.load(now=NOW)
    kept = password_file(account="admin").read_text(encoding="utf-8")
    StaffUser.objects.all().delete()

    demo.load(now=NOW)

    assert password_file(account="admin").read_text(encoding="utf-8") == kept
    assert StaffUser.objects.get(username="admin").check_password(kept.strip())


@pytest.mark.parametrize(
    ("providers", "url"),
    [
        (["sendgrid"], "smtp://127.0.0.1:25"),
        (["outbox", "sendgrid"], "smtp://127.0.0.1:25"),
        (["smtp"], "smtp://mail.example.org:25"),
    ],
)
@pytest.mark.parametrize("options", [[], ["--more"], ["--soon"]])
def test_it_refuses_where_mail_could_reach_strangers(
    settings: Any, providers: list[str], url: str, options: list[str]
) -> None:
    settings.EMAIL_PROVIDERS = providers
    settings.EMAIL_URL = url

    with pytest.raises(CommandError, match="EMAIL_PROVIDERS=outbox"):
        call_command("demo", *options)

    assert not Newsletter.objects.exists()
    assert not StaffUser.objects.exists()


def test_a_mail_server_on_this_machine_is_fine(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_PROVIDERS = ["smtp"]
    settings.EMAIL_URL = "smtp://127.0.0.1:2525"
    monkeypatch.setattr(drain, "run_inline", lambda **_: None)

    assert demo.load(now=NOW).stories == 40


def test_it_asks_for_the_demo_first() -> None:
    assert "manage.py demo" in demo.soon(now=NOW).words
