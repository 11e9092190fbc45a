"""docs/production.md takes a fresh Debian 12 to a running service, by its own commands."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy import machine as machines
from tests.deploy.machine import Machine
from tests.deploy.page import blocks
from tests.deploy.reader import Reader
from tests.relay import ScriptedRelay, scripted_relay
from tests.servers import ROOT, unavailable, wait_for

QUEUES = ("transactional", "bulk", "events", "default")
UNITS = ["web", "beat", *(f"worker@{queue}" for queue in QUEUES), "backup"]
# In tenths: 0 is a unit that may do nothing at all, Debian's own PostgreSQL has 9.
MOST_EXPOSED = 20


@pytest.fixture
def machine() -> Iterator[Machine]:
    if os.environ.get("CI", "").lower() not in {"1", "true", "yes"}:
        pytest.skip("It boots a Debian of its own, which takes minutes. CI=true tries it here.")
    if why := machines.missing():
        unavailable(why)
    # Not /tmp, which may be too small.
    folder = Path(tempfile.mkdtemp(prefix="debian-", dir="/var/tmp"))
    one = Machine(folder)
    try:
        one.make()
        one.boot()
        yield one
    finally:
        one.stop()
        shutil.rmtree(folder)


def test_the_page_takes_a_fresh_debian_to_a_running_service(machine: Machine) -> None:
    _bring_over_the_release(machine)
    # In the machine's network, where the relay and the reader are.
    with machine.network(), scripted_relay() as relay:
        story = Story(machine, relay)
        shell = machine.shell()
        for block in blocks():
            if block.elsewhere:
                continue
            story.before(block.text)
            shell.run(block.text)
        story.after_the_upgrade()
        shell.close()
    assert not story.between, "the page has no such command any more"


def _bring_over_the_release(machine: Machine) -> None:
    options = ["--format=tar.gz", "--prefix=newsletter/"]
    target = machine.root / "root" / "newsletter.tar.gz"
    subprocess.run(["git", "archive", *options, f"--output={target}", "HEAD"], cwd=ROOT, check=True)


class Story:
    """What happens between the blocks of the page: a person's part, and a reader's."""

    def __init__(self, machine: Machine, relay: ScriptedRelay) -> None:
        self.machine, self.relay = machine, relay
        # By a command of the block that it comes before.
        self.between = {
            "newsletter migrate": self.name_the_relay,
            "systemctl start newsletter-backup": self.meet_the_first_reader,
            "latest=$(find": self.lose_a_reader,
            "newsletter release_sending": self.wait_in_vain_after_the_restore,
            "release=$(/opt": self.get_what_waited,
        }

    def before(self, text: str) -> None:
        for command in [one for one in self.between if f"\n{one}" in f"\n{text}"]:
            self.between.pop(command)()

    def name_the_relay(self) -> None:
        file = self.machine.root / "etc/newsletter/env"
        named = f"EMAIL_URL={self.relay.url}"
        text, count = re.subn(r"^EMAIL_URL=.*", named, file.read_text(), flags=re.MULTILINE)
        assert count == 1
        file.write_text(text)

    def meet_the_first_reader(self) -> None:
        self.look_at_the_units()
        self.machine.run("newsletter", "demo")
        certificate = self.machine.root / "etc/nginx/tls/fullchain.pem"
        self.reader = Reader(certificate=str(certificate), relay=self.relay)
        assert self.reader.get("/readyz").json()["ready"]
        assert self.reader.get("/metrics").status_code == 403
        pictures = self.machine.root / "var/lib/newsletter/media/images"
        self.reader.look_at_files(picture=f"/media/images/{next(pictures.iterdir()).name}")
        self.reader.sign_up("ines@reader.example")
        self.reader.confirm("ines@reader.example")
        self.look_at_the_log()

    def lose_a_reader(self) -> None:
        """Her, who signed up after the backup; her link must never be another's."""
        self.reader.sign_up("noor@reader.example")
        self.last_id = self.latest_id()

    def wait_in_vain_after_the_restore(self) -> None:
        self.wait_until_ready()
        self.reader.sign_up("tomas@reader.example")
        assert self.latest_id() > self.last_id
        # A mail would have left after two ticks.
        time.sleep(6)
        assert not self.reader.mails("tomas@reader.example")
        assert "Sending is locked" in self.machine.run("newsletter", "release_sending", check=False)
        front = self.reader.get("/").text
        assert "Morning Briefing" in front

    def get_what_waited(self) -> None:
        self.reader.confirm("tomas@reader.example")

    def after_the_upgrade(self) -> None:
        self.wait_until_ready()
        self.reader.sign_up("ada@reader.example")
        self.reader.confirm("ada@reader.example")
        releases = list((self.machine.root / "opt/newsletter").glob("2*"))
        assert len(releases) == 2
        self.reader.close()

    def look_at_the_units(self) -> None:
        for unit in (f"newsletter-{one}.service" for one in UNITS):
            limit = f"--threshold={MOST_EXPOSED}"
            said = self.machine.run("systemd-analyze", "security", "--no-pager", limit, unit)
            print(said.splitlines()[-1])
            self.machine.run("systemd-analyze", "verify", unit)
            assert self.show(unit, "User") == "newsletter"
            assert self.show(unit, "NRestarts") == "0"
        assert self.show("newsletter-backup.timer", "ActiveState") == "active"

    def look_at_the_log(self) -> None:
        """Of nginx: the page that was asked for, and neither a reader's link nor her address."""
        log, line = self.machine.root / "var/log/nginx/newsletter.log", "POST /confirm/[token] 200"
        # It is written when the answer is already on its way.
        written = lambda: f"127.0.0.0 {line}" in log.read_text()  # noqa: E731
        wait_for(written, seconds=10, what=f"{line} in {log}")
        assert "@" not in log.read_text()

    def latest_id(self) -> int:
        command = "SELECT max(id) FROM subscribers_subscriber"
        at = ("runuser", "-u", "newsletter", "--", "psql", "-At", "newsletter", "-c", command)
        return int(self.machine.run(*at))

    def show(self, unit: str, what: str) -> str:
        return self.machine.run("systemctl", "show", "--value", f"--property={what}", unit).strip()

    def wait_until_ready(self) -> None:
        ready = lambda: self.reader.get("/readyz").status_code == 200  # noqa: E731
        wait_for(ready, seconds=60, what="the service to be ready")
