"""A fresh Debian 12 with systemd and a network of its own, inside of this machine.

What apt, pip and TLS need here to reach their registries is carried over from the caller.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.servers import TETHERED

TOOLS = {
    "mmdebstrap": "mmdebstrap",
    "systemd-nspawn": "systemd-container",
    "slirp4netns": "slirp4netns",
}
# What minbase lacks and every installed Debian has.
BASE = "systemd,systemd-sysv,dbus"
CARRIED = ("pip_", "http_proxy", "https_proxy", "no_proxy", "ssl_cert_file", "requests_ca_bundle")
OWN_AUTHORITIES = Path("/usr/local/share/ca-certificates")
# What pip has fetched before.
PACKAGES = Path.home() / ".cache" / "pip"
NEW_NETWORK = 0x40000000


def missing() -> str:
    """Why there can be no such machine here; empty when there can."""
    if os.geteuid() != 0:
        return "a Debian inside of this machine needs root"
    lacking = [package for tool, package in TOOLS.items() if shutil.which(tool) is None]
    return f"apt install {' '.join(lacking)}" if lacking else ""


class Machine:
    """`root`: its files. `run` is one command, `shell` a shell that stays."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self._log = folder / "boot.log"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._leader = 0

    def make(self) -> None:
        """Debian's packages, and the caller's own way to the registries."""
        apt = [f"--aptopt={file}" for file in _apt_options()]
        # Its disk lives for some minutes: nothing has to be safe on it.
        quick = "--dpkgopt=force-unsafe-io"
        options = ["--quiet", "--variant=minbase", f"--include={BASE}", quick, *apt]
        subprocess.run(["mmdebstrap", *options, "bookworm", str(self.root)], check=True)
        for file in _apt_options():
            shutil.copy(file, self.root / "etc/apt/apt.conf.d")
        if Path("/etc/pip.conf").exists():
            shutil.copy("/etc/pip.conf", self.root / "etc")
        if OWN_AUTHORITIES.is_dir():
            target = self.root / OWN_AUTHORITIES.relative_to("/")
            shutil.copytree(OWN_AUTHORITIES, target, dirs_exist_ok=True)

    def boot(self) -> None:
        """Start it as a machine is started: systemd first."""
        (self.root / "etc/resolv.conf").unlink(missing_ok=True)
        (self.root / "etc/resolv.conf").write_text("nameserver 10.0.2.3\n")
        name = f"newsletter-{os.getpid()}"
        PACKAGES.mkdir(parents=True, exist_ok=True)
        nspawn = self._start(
            *("systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network"),
            *("--resolv-conf=off", "--timezone=off", "--machine", name),
            *(f"--bind={PACKAGES}:/root/.cache/pip", "-bD", str(self.root)),
        )
        self._leader = _until(lambda: _child(nspawn.pid))
        _until(lambda: "running" in self.run("systemctl", "is-system-running", check=False))
        self._start("slirp4netns", "--configure", "--mtu=65520", str(self._leader), "tap0")
        _until(lambda: "tap0" in self.run("cat", "/proc/net/route"))

    def stop(self) -> None:
        """As if its plug were pulled; its files stay."""
        # All of it ends with its first process, which outlives the program that started it.
        if self._leader:
            with suppress(ProcessLookupError):
                os.kill(self._leader, signal.SIGKILL)
        for process in reversed(self._processes):
            process.kill()
            process.wait(20)

    def run(self, *command: str, check: bool = True) -> str:
        """Run one command as root; what it wrote."""
        done = subprocess.run(
            self._inside(*command),
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not check, f"{' '.join(command)}\n{done.stdout}"
        return done.stdout

    def shell(self) -> "Shell":
        """One shell of root's, with variables that last."""
        return Shell(self._inside("bash"), self.root)

    @contextmanager
    def network(self) -> Iterator[None]:
        """Sockets and threads that this thread makes in the block belong to the machine."""
        ours = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        theirs = os.open(f"/proc/{self._leader}/ns/net", os.O_RDONLY)
        try:
            _enter(theirs)
            yield
        finally:
            _enter(ours)
            os.close(theirs)
            os.close(ours)

    def _inside(self, *command: str) -> list[str]:
        return ["nsenter", "--target", str(self._leader), "--all", *command]

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        program = shutil.which(name)
        assert program, name
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [*TETHERED, program, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._processes.append(process)
        return process


class Shell:
    """Blocks of commands, one after the other, in one bash; it ends at the first that fails."""

    def __init__(self, command: list[str], root: Path) -> None:
        self._block = root / "root" / "block.sh"
        self._bash: Any = subprocess.Popen(
            command,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._say("set -euo pipefail; cd")

    def run(self, block: str) -> str:
        """Run a block as written; what it wrote. Fails with that when a command failed."""
        self._block.write_text(block)
        self._say(". /root/block.sh </dev/null; echo; echo '-- done --'")
        lines = []
        for line in self._bash.stdout:
            if line == "-- done --\n":
                return "".join(lines)
            lines.append(line)
        raise AssertionError(f"This block of the page failed:\n{block}\n{''.join(lines)}")

    def close(self) -> None:
        self._bash.stdin.close()
        self._bash.wait(10)

    def _say(self, line: str) -> None:
        self._bash.stdin.write(f"{line}\n")
        self._bash.stdin.flush()


def _environment() -> dict[str, str]:
    carried = {k: v for k, v in os.environ.items() if k.lower().startswith(CARRIED)}
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return carried | {"PATH": path, "HOME": "/root", "LANG": "C.UTF-8"}


def _apt_options() -> list[Path]:
    files = sorted(Path("/etc/apt/apt.conf.d").glob("*"))
    return [file for file in files if file.is_file() and "Acquire::" in file.read_text()]


def _child(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0]) if children else 0


def _until(ask: Any) -> Any:
    # Other tests may have all of the processor.
    end = time.monotonic() + 180
    while not (found := ask()):
        assert time.monotonic() < end, "The machine does not boot."
        time.sleep(0.2)
    return found


def _enter(namespace: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(namespace, NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "setns")
