"""What a person needs to know once everything answers."""

from collections.abc import Iterator

from django.conf import settings

from config.publisher import publisher
from newsletter.demo.staff import password_file


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
    return [*lines, "  Stop with Ctrl-C."]


def _accounts() -> Iterator[str]:
    """The demo's accounts and their generated passwords; on a developer's own machine only."""
    for account in ("admin", "sender"):
        file = password_file(account=account)
        if settings.DEBUG and file.is_file():
            password = file.read_text(encoding="utf-8").strip()
            yield f"            log in as {account} with {password}"
