"""What stands beside the pages: style sheets, pictures, and figures that only some may read."""

import secrets
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

from config.doctor import asking_site
from config.doctor.findings import failed, not_looked, ok
from config.doctor.own_settings import is_local
from config.watching.readiness import Check

STYLES = "css/site.css"


def look() -> Iterator[Check]:
    """All three, asked over SITE_URL."""
    yield _styles()
    yield _pictures()
    yield _metrics()


def _styles() -> Check:
    try:
        path = static(STYLES)
    except ValueError:
        return not_looked("style sheets", "they are not collected")
    answer = asking_site.get(path)
    if answer.status == 200 and answer.header("content-type").startswith("text/css"):
        return ok("style sheets", f"{path} comes")
    return failed(
        "style sheets",
        f"{path} is answered {answer.status or answer.why}",
        "Run manage.py collectstatic --no-input and start the site anew; let the proxy pass"
        " /static/ on.",
    )


def _pictures() -> Check:
    """A file that is put where pictures are, asked for, and taken away again."""
    folder = Path(settings.MEDIA_ROOT)
    name, words = f"doctor-{secrets.token_hex(8)}.txt", secrets.token_hex(16)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(words, encoding="ascii")
        # As pictures are, whoever runs this.
        (folder / name).chmod(0o644)
    except OSError as error:
        return not_looked("pictures", f"{folder} cannot be written: {error.strerror}")
    try:
        answer = asking_site.get(f"{settings.MEDIA_URL}{name}")
    finally:
        (folder / name).unlink(missing_ok=True)
    if answer.status == 200 and answer.text.strip() == words:
        return ok("pictures", f"{settings.MEDIA_URL} serves what is in {folder}")
    return failed(
        "pictures",
        f"a file in {folder} is answered {answer.status or answer.why} at {settings.MEDIA_URL}",
        f"Let the proxy serve {settings.MEDIA_URL} from {folder}, and its user read there.",
    )


def _metrics() -> Check:
    answer = asking_site.get("/metrics")
    if answer.status != 200:
        return ok("/metrics", f"closed to whoever has no token ({answer.status or answer.why})")
    if is_local():
        return ok("/metrics", "open to programs of this machine")
    return failed(
        "/metrics",
        "open: whoever asks reads how many readers there are and what goes out",
        "Set METRICS_TOKEN, or let the proxy send X-Forwarded-For.",
    )
