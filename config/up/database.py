"""Bringing the database up to date before anything uses it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from config.up.failure import UpError
from config.up.state import unwritable
from newsletter import demo
from newsletter.demo import safety
from subscribers import witness
from subscribers.clock import database_now
from subscribers.models import Newsletter


def prepare(*, say: Callable[[str], None]) -> datetime:
    """Migrate, collect static files for production, load the demo; the database's time.

    Raises UpError when the database or the disk refuses.
    """
    try:
        call_command("migrate", interactive=False, verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        # Before the demo's readers are in it: an empty database is a fresh install.
        witness.check(now=database_now())
        _load_demo(say)
        return database_now()
    except DatabaseError as error:
        raise UpError(f"The database cannot be used: {str(error).splitlines()[0]}.") from error
    except OSError as error:
        raise UpError(unwritable(Path(settings.VAR_DIR), error)) from error
    finally:
        connection.close()


def _load_demo(say: Callable[[str], None]) -> None:
    """Load the demo into an empty database, or the rest of it after a start that was cut off."""
    unfinished = Path(settings.VAR_DIR) / "demo-unfinished"
    if not safety.allowed() or (Newsletter.objects.exists() and not unfinished.exists()):
        return
    say("An empty database: loading the demo ...")
    unfinished.touch()
    demo.load(now=database_now())
    unfinished.unlink()
