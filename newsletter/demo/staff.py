"""The demo's staff accounts; their passwords are made once and kept where only the owner reads."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Permission

from config.models import StaffUser

# What somebody who schedules and sends mails may do; everything else at the desk is out of sight.
SENDER_MAY = (
    "newsletter.view_article",
    "newsletter.view_digest",
    "newsletter.add_digest",
    "newsletter.change_digest",
    "newsletter.view_schedule",
    "subscribers.view_newsletter",
    "subscribers.view_providerstate",
)


def load_staff() -> None:
    """`admin`, who may do everything, and `sender`; accounts that are there stay as they are."""
    if not StaffUser.objects.filter(username="admin").exists():
        StaffUser.objects.create_superuser(
            username="admin",
            email="ines.okafor@daymark.example",
            password=password_of(account="admin"),
            first_name="Ines",
            last_name="Okafor",
        )
    if not StaffUser.objects.filter(username="sender").exists():
        sender = StaffUser.objects.create_user(
            username="sender",
            email="tomas.lindqvist@daymark.example",
            password=password_of(account="sender"),
            is_staff=True,
            first_name="Tomas",
            last_name="Lindqvist",
        )
        sender.user_permissions.set(_permissions())


def password_file(*, account: str) -> Path:
    """Where an account's password is kept."""
    return Path(settings.VAR_DIR) / f"{account}-password"


def password_of(*, account: str) -> str:
    """The password in the account's file, made on the first call; readable by the owner only."""
    path = password_file(account=account)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Made with its mode, so that there is no moment at which others could read it.
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        path.chmod(0o600)
        if kept := path.read_text(encoding="utf-8").strip():
            return kept
        descriptor = os.open(path, os.O_TRUNC | os.O_WRONLY)
    password = secrets.token_urlsafe(12)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{password}\n")
    return password


def _permissions() -> list[Permission]:
    wanted = {tuple(name.split(".")) for name in SENDER_MAY}
    return [
        permission
        for permission in Permission.objects.select_related("content_type")
        if (permission.content_type.app_label, permission.codename) in wanted
    ]
