"""What a start leaves in `var/`: a lock while it runs, and who its children are."""

import errno
import fcntl
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from config.outage import NO_SPACE
from config.up import identity
from config.up.failure import UpError
from config.up.processes import Child

# Less than this and the databases of a running service cannot be trusted to write.
ENOUGH = 5_000_000


class State:
    """The folder `var/` of one checkout, in the hands of one `up` at a time."""

    def __init__(self, *, directory: Path) -> None:
        self._directory = directory
        self._file = directory / "up.json"
        self._lock: IO[str] | None = None

    def take(self) -> None:
        """Hold the folder until this process ends; raises UpError when another does."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._lock = (self._directory / "up.lock").open("a")
        except OSError as error:
            raise UpError(unwritable(self._directory, error)) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UpError(
                f"This copy is running already (process {self._read().get('pid', 'unknown')}). "
                "Stop it with Ctrl-C there, or use that one."
            ) from error
        self.check_space()

    def check_space(self) -> None:
        """Raise UpError when the disk that holds the folder is full."""
        disk = os.statvfs(self._directory)
        if disk.f_bavail * disk.f_frsize < ENOUGH:
            full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            raise UpError(unwritable(self._directory, full))

    def end_orphans(self) -> list[str]:
        """End what an earlier start that was killed left running; the names of those."""
        ended = []
        for child in self._read().get("children", []):
            if identity.alive(pid=child["pid"], born_at=child["born"]):
                identity.end(pid=child["pid"], born_at=child["born"], seconds=5)
                ended.append(child["name"])
        return ended

    def remember(self, children: Iterable[Child]) -> None:
        """Write down who runs, replacing the file as a whole."""
        content = {"pid": os.getpid(), "children": [child.describe() for child in children]}
        new = self._file.with_suffix(".new")
        try:
            new.write_text(json.dumps(content), encoding="utf-8")
            new.replace(self._file)
        except OSError as error:
            raise UpError(unwritable(self._directory, error)) from error

    def forget(self) -> None:
        self._file.unlink(missing_ok=True)

    def _read(self) -> dict[str, Any]:
        try:
            content: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content


def unwritable(path: Path, error: OSError) -> str:
    """Why nothing can be written to `path`, and what to do."""
    if error.errno in NO_SPACE:
        return f"The disk that holds {path} is full. Make room there and start again."
    return (
        f"{path} cannot be written ({error.strerror}). Give it to the user who starts this, or "
        "name another folder in VAR_DIR."
    )
