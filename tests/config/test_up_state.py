"""What `up` says of a folder that it cannot write to."""

import errno
import os
from pathlib import Path

import pytest

from config import env
from config.up import server, service
from config.up.console import Console
from config.up.failure import UpError
from config.up.state import State, unwritable


class FullDisk:
    f_bavail = 3
    f_frsize = 4096


def test_a_full_disk_is_told_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.up.state.os.statvfs", lambda path: FullDisk())
    with pytest.raises(UpError, match=r"The disk that holds .* is full\. Make room there"):
        State(directory=tmp_path).take()


def test_a_disk_that_is_full_while_writing_is_told_alike(tmp_path: Path) -> None:
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert "is full" in unwritable(tmp_path, error)


def test_what_cannot_be_written_can_be_left_for_another_folder(tmp_path: Path) -> None:
    error = OSError(errno.EROFS, os.strerror(errno.EROFS))
    assert "name another folder in VAR_DIR" in unwritable(tmp_path, error)


def test_it_forgets_a_state_file_that_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "up.json").write_text("{cut of")
    assert State(directory=tmp_path).end_orphans() == []


def test_it_does_not_end_a_process_that_got_the_pid_of_an_old_child(tmp_path: Path) -> None:
    child = f'{{"name": "web", "pid": {os.getpid()}, "born": "1"}}'
    (tmp_path / "up.json").write_text(f'{{"pid": 1, "children": [{child}]}}')
    assert State(directory=tmp_path).end_orphans() == []


def test_a_long_path_has_its_socket_in_a_short_one() -> None:
    assert env.local_socket(Path("/srv/var")) == Path("/srv/var/valkey.sock")
    long = env.local_socket(Path("/srv") / ("x" * 120))
    assert len(str(long)) <= env.LONGEST_SOCKET
    assert long != env.local_socket(Path("/srv") / ("y" * 120))


def test_the_bundled_server_serves_when_none_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Path(server.find()).name == "valkey-server"


def test_a_broker_that_only_takes_long_keeps_its_file_and_is_not_started_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setattr(server, "command", lambda **_: ["sleep", "60"])
    monkeypatch.setattr(service.probes, "broker_answers", lambda: False)
    monkeypatch.setattr(service, "PATIENCE", 0.3)
    (tmp_path / "appendonlydir").mkdir()
    whole = service.Service(console=Console())
    try:
        with pytest.raises(UpError, match="The broker did not answer within"):
            whole._start_broker()
    finally:
        whole.stop()
    assert (tmp_path / "appendonlydir").is_dir()
