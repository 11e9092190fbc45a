"""The processes of a day: two sites, a worker and beat, and everything that they write."""

import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests
from django.db import connection

from tests.config.running import free_port
from tests.servers import ROOT, TETHERED, Broker, Worker, wait_for

DOMAIN = "quillmail.example"
# Whoever inserts this one meets a database that says the address in its refusal.
REFUSED = f"zoe.quill.refused@{DOMAIN}"


def address(number: object) -> str:
    return f"zoe.quill.{number}@{DOMAIN}"


@dataclass
class Site:
    """The public pages and the desk, served as in production."""

    url: str
    log_file: Path
    process: "subprocess.Popen[bytes]"

    def post(self, path: str, **data: object) -> requests.Response:
        """Fill in a form of a page that was opened before."""
        page = requests.Session()
        page.get(self.url + path, timeout=20)
        data |= {"csrfmiddlewaretoken": page.cookies.get("csrftoken", "")}
        return page.post(self.url + path, data=data, timeout=20, headers={"Referer": self.url})

    def get(self, path: str, **named: object) -> int:
        return requests.get(self.url + path, timeout=20, **named).status_code


@dataclass
class Day:
    """All its processes; `tokens` are those of links that were used."""

    broker: Broker
    directory: Path
    settings: dict[str, str]
    workers: list[Worker] = field(default_factory=list)
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def work(self, name: str, *, beat: bool = False, **env: str) -> Worker:
        worker = Worker(broker=self.broker, log=self.directory / f"{name}.log")
        self.workers.append(worker)
        if beat:
            schedule = self.directory / f"{name}.schedule"
            worker.start_beat(schedule=schedule, **(self.settings | env))
        else:
            worker.start(**(self.settings | env))
        return worker

    def serve(self, name: str, **env: str) -> Site:
        port, log = free_port(), self.directory / f"{name}.log"
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application"),
            *("--host", "127.0.0.1", "--port", str(port), "--no-ws", "--log-level", "error"),
        ]
        process = self._spawn(command, log, **env)
        return Site(f"http://127.0.0.1:{port}", log, process)

    def run(self, name: str, program: str, **env: str) -> "subprocess.Popen[bytes]":
        """Commands, one after the other in one process; what they print is their answer, no log."""
        return self._spawn([sys.executable, "-c", program], self.directory / f"{name}.log", **env)

    def end(self) -> None:
        for worker in self.workers:
            worker.stop()
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
                process.wait(15)

    def logs(self) -> dict[str, str]:
        return {one.name: one.read_text() for one in sorted(self.directory.glob("*.log"))}

    def _spawn(self, command: list[str], log: Path, **env: str) -> "subprocess.Popen[bytes]":
        any_worker = Worker(broker=self.broker, log=log)
        with log.open("ab") as out:
            process = subprocess.Popen(
                [*TETHERED, *command],
                cwd=ROOT,
                env=os.environ | any_worker.environment() | self.settings | env,
                stdout=subprocess.DEVNULL if "-c" in command else out,
                stderr=out,
            )
        self.processes.append(process)
        return process


def wait_for_sites(*sites: Site) -> None:
    for site in sites:
        wait_for(lambda site=site: _answers(site), seconds=30, what="the site", log=site.log_file)


def _answers(site: Site) -> bool:
    assert site.process.poll() is None, site.log_file.read_text()
    try:
        return site.get("/healthz") == 200
    except requests.ConnectionError:
        time.sleep(0.1)
        return False


@contextmanager
def refusing() -> Iterator[None]:
    """The database refuses REFUSED, and names it, as PostgreSQL does for what is there twice."""
    words = f"DETAIL:  Key (address_key)=({REFUSED}) already exists."
    on = "CREATE TRIGGER of_a_day BEFORE INSERT ON subscribers_subscriber"
    if connection.vendor == "postgresql":
        make = [
            (
                "CREATE FUNCTION of_a_day() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$"
            ),
            f"{on} FOR EACH ROW WHEN (NEW.address_key = '{REFUSED}') EXECUTE FUNCTION of_a_day()",
        ]
        drop = [
            "DROP TRIGGER of_a_day ON subscribers_subscriber",
            "DROP FUNCTION of_a_day",
        ]
    else:
        when = f"WHEN NEW.address_key = '{REFUSED}'"
        make = [f"{on} {when} BEGIN SELECT RAISE(ABORT, '{words}'); END"]
        drop = ["DROP TRIGGER of_a_day"]
    _execute(make)
    try:
        yield
    finally:
        _execute(drop)


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def spellings() -> list[str]:
    """What no line may hold: the name that all addresses share, the domain, also in base64."""
    in_base64 = [b64encode(b"zoe.quill."[skip:]).decode().rstrip("=")[:-1] for skip in range(3)]
    return ["zoe", "quill", *in_base64]
