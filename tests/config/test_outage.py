"""An operator is told what is wrong with the database in a line, and never sees a traceback."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import DataError, OperationalError, ProgrammingError

from config import outage

ROOT = Path(__file__).parents[2]


def manage(*words: str, database: str) -> subprocess.CompletedProcess[str]:
    settings = {"DEBUG": "on", "ENV_FILE": os.devnull, "DATABASE_URL": database}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_says_that_migrations_are_missing(tmp_path: Path) -> None:
    done = manage("deliveries", "1", database=f"sqlite:///{tmp_path}/new.sqlite3")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Run: manage.py migrate" in done.stderr


def test_it_says_that_the_database_is_away_and_keeps_its_password_to_itself() -> None:
    done = manage("next_runs", database="postgres://me:geheim@127.0.0.1:1/news")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "The database at 127.0.0.1 does not answer." in done.stderr
    assert "geheim" not in done.stderr


@pytest.mark.parametrize(
    "said", ['relation "newsletter_digest" does not exist', "no such table: newsletter_digest"]
)
def test_both_databases_say_so_in_their_own_words(said: str) -> None:
    assert outage.in_words(ProgrammingError(said)) == outage.UNMADE


def test_a_busy_database_is_worth_another_try() -> None:
    assert "Try again" in (outage.in_words(OperationalError("database is locked")) or "")


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("database or disk is full"),
        OperationalError("could not extend file: No space left on device"),
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    ],
)
def test_a_full_disk_is_called_so(error: Exception) -> None:
    words = outage.in_words(error) or ""
    assert "is full" in words
    assert "Make room" in words
    assert "DATABASE_URL" not in words


def test_other_files_keep_their_traceback() -> None:
    assert outage.in_words(FileNotFoundError(errno.ENOENT, "No such file")) is None


def test_a_database_that_nobody_made_is_told_from_missing_migrations() -> None:
    error = OperationalError('connection failed: FATAL:  database "x" does not exist')
    assert "names a database that does not exist" in (outage.in_words(error) or "")


def test_a_fault_of_ours_keeps_its_traceback() -> None:
    assert outage.in_words(DataError("value too long")) is None
