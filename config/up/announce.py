"""What a person needs to know once everything answers."""

from pathlib import Path

from django.conf import settings

from config.publisher import publisher

PASSWORD_FILE = "admin-password"  # noqa: S105  (a file name)


def addresses(*, local: str) -> list[str]:
    """The lines to print: where to sign up, the desk and its password, the outbox, health."""
    site = settings.SITE_URL
    lines = [f"{publisher().name} is running.", f"  Sign up   {site}/"]
    lines.append(f"  Desk      {site}/admin/{_password()}")
    if settings.DEBUG and "outbox" in settings.EMAIL_PROVIDERS:
        lines.append(f"  Outbox    {site}/outbox/")
    lines.append(f"  Health    {site}/healthz")
    if site != local:
        lines.append(f"  (this process listens on {local})")
    return [*lines, "  Stop with Ctrl-C."]


def _password() -> str:
    """The generated password of the demo's accounts; on a developer's own terminal only."""
    file = Path(settings.VAR_DIR) / PASSWORD_FILE
    if not settings.DEBUG or not file.is_file():
        return ""
    return f"   user admin, password {file.read_text(encoding='utf-8').strip()}"
