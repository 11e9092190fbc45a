"""deploy/backup leaves a whole backup or none, also when it is stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers import ROOT, wait_for

DAY = 24 * 60 * 60

Backup = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def backup(tmp_path: Path) -> Backup:
    """Starts it on a relative folder, with a pg_dump that does what the test says."""

    def start(pg_dump: str) -> subprocess.Popen[str]:
        tool = tmp_path / "bin" / "pg_dump"
        tool.parent.mkdir()
        tool.write_text(f"#!/bin/sh\n{pg_dump}\n")
        tool.chmod(0o755)
        return subprocess.Popen(
            ["sh", str(ROOT / "deploy" / "backup"), "backups"],
            cwd=tmp_path,
            env=os.environ | {"PATH": f"{tool.parent}:{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    (tmp_path / "backups").mkdir()
    return start


def test_it_prints_the_whole_way_to_a_backup_that_only_its_owner_reads(
    backup: Backup, tmp_path: Path
) -> None:
    done = backup('echo dump >"${2#--file=}"')
    said, _ = done.communicate(timeout=60)
    made = Path(said.strip())
    assert made.parent == tmp_path / "backups"
    assert (made / "database.dump").read_text() == "dump\n"
    assert (made / "database.dump").stat().st_mode & 0o077 == 0


def test_one_that_is_stopped_leaves_nothing(backup: Backup, tmp_path: Path) -> None:
    running = backup("sleep 60")
    folder = tmp_path / "backups"
    wait_for(lambda: any(folder.glob(".2*/media")), seconds=30, what="the backup to begin")
    # As systemd does it: all of its processes.
    os.killpg(running.pid, signal.SIGTERM)
    assert running.wait(30) == 1
    assert list(folder.iterdir()) == []


def test_it_clears_away_what_one_left_that_was_killed(backup: Backup, tmp_path: Path) -> None:
    old, recent = (tmp_path / "backups" / name for name in (".20260101-023000", ".20260102-023000"))
    for folder in (old, recent):
        folder.mkdir()
    long_ago = time.time() - 3 * DAY
    os.utime(old, (long_ago, long_ago))
    backup('echo dump >"${2#--file=}"').communicate(timeout=60)
    assert not old.exists()
    assert recent.exists()
