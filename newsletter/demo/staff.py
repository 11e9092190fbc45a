"""The demo's staff accounts; their passwords are made once and kept where only the owner reads."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group

from config.models import StaffUser

# The group of those who schedule and send mails; a migration made it.
SENDER = "Sender"


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
        sender.groups.set(Group.objects.filter(name=SENDER))


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
