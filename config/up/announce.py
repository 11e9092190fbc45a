"""What a person needs to know once everything answers."""

from collections.abc import Iterator

from django.conf import settings

from config.publisher import publisher
from newsletter.demo.staff import password_file
from subscribers import witness


def addresses(*, local: str) -> list[str]:
    """The lines to print: where to sign up, the desk and its passwords, the outbox, health."""
    site = settings.SITE_URL
    lines = [f"{publisher().name} is running."]
    lines.append(f"  Sign up   {site}/")
    lines.append(f"  Desk      {site}/admin/")
    lines.extend(_accounts())
    if settings.DEBUG and "outbox" in settings.EMAIL_PROVIDERS:
        lines.append(f"  Outbox    {site}/outbox/")
    lines.append(f"  Health    {site}/healthz")
    if site != local:
        lines.append(f"  (this process listens on {local})")
    return [*lines, *_lock(), "  Stop with Ctrl-C."]


def _lock() -> Iterator[str]:
    """Why nothing is sent, while that is so, and what to do."""
    lock = witness.locked()
    if lock:
        yield f"  Sending is locked: {lock.reason}"
        yield "            ./run manage release_sending says what would go out, and unlocks it"


def _accounts() -> Iterator[str]:
    """The demo's accounts and their generated passwords; on a developer's own machine only."""
    for account in ("admin", "sender"):
        file = password_file(account=account)
        if settings.DEBUG and file.is_file():
            password = file.read_text(encoding="utf-8").strip()
            yield f"            log in as {account} with {password}"
