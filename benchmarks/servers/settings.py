"""The environment of the run's processes: production's settings, with a provider on loopback."""

import logging
import os
import re
import sys
from pathlib import Path

from benchmarks.servers.processes import ROOT, BenchmarkError

# Name on the command line -> kind of sink and what of the environment chooses it.
SHAPES: dict[str, tuple[str, dict[str, str]]] = {
    "smtp": ("smtp", {"EMAIL_PROVIDERS": "smtp", "EMAIL_URL": "smtp://127.0.0.1:{port}"}),
    "sendgrid": (
        "http",
        {
            "EMAIL_PROVIDERS": "sendgrid",
            "ANYMAIL_SENDGRID_API_KEY": "bench",
            "ANYMAIL_SENDGRID_API_URL": "http://127.0.0.1:{port}/v3/",
        },
    ),
    "mailgun": (
        "http",
        {
            "EMAIL_PROVIDERS": "mailgun",
            "ANYMAIL_MAILGUN_API_KEY": "bench",
            "ANYMAIL_MAILGUN_SENDER_DOMAIN": "sender.example",
            "ANYMAIL_MAILGUN_API_URL": "http://127.0.0.1:{port}/v3",
        },
    ),
    "postmark": (
        "http",
        {
            "EMAIL_PROVIDERS": "postmark",
            "ANYMAIL_POSTMARK_SERVER_TOKEN": "bench",
            "ANYMAIL_POSTMARK_API_KEY": "bench",
            "ANYMAIL_POSTMARK_API_URL": "http://127.0.0.1:{port}/",
        },
    ),
    "resend": (
        "http",
        {
            "EMAIL_PROVIDERS": "resend",
            "ANYMAIL_RESEND_API_KEY": "bench",
            "ANYMAIL_RESEND_API_URL": "http://127.0.0.1:{port}/",
        },
    ),
}


def kind_of(shape: str) -> str:
    """The sink that a shape needs: "http" or "smtp"."""
    return SHAPES[shape][0]


def environment(
    *, shape: str, port: int, database_url: str, redis_url: str, folder: Path
) -> dict[str, str]:
    """This process's environment without settings of the service, then the run's own."""
    own = os.environ.keys() - set(_setting_names())
    chosen = {name: value.format(port=port) for name, value in SHAPES[shape][1].items()}
    return {name: os.environ[name] for name in own if not name.startswith("ANYMAIL_")} | {
        # Not DEBUG: Django would keep every statement in memory.
        "DEBUG": "off",
        "ENV_FILE": "/dev/null",
        "SECRET_KEY": "benchmark-" * 6,
        "HASH_KEY": "benchmark-" * 6,
        "SITE_URL": "https://news.sender.example",
        "POSTAL_ADDRESS": "4 Beacon Row, Port Alder",
        # Out of reach: how fast sign-ups can be is measured, not how many are welcome.
        "SIGNUPS_A_MINUTE": "1000000",
        "SIGNUPS_AN_HOUR": "10000000",
        "WEBHOOK_SECRET": "benchmark:benchmark-benchmark",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "VAR_DIR": str(folder / "var"),
        # By which a connection of the database is known as this process's.
        "PGAPPNAME": "bench",
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        **chosen,
    }


def use(env: dict[str, str]) -> None:
    """Make this process one of the service's, as the web server is."""
    for name in _setting_names():
        os.environ.pop(name, None)
    os.environ.update(env)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django  # noqa: PLC0415  (reads the settings)
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415

    # What it moves is no news here; workers write theirs to their own files.
    logging.disable(logging.INFO)
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise BenchmarkError(f"Wrong setting: {error}") from error


def _setting_names() -> list[str]:
    names = re.findall(r"(?m)^#([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"))
    return [*names, *(f"{name}_FILE" for name in names)]
