"""Everything under one Ctrl-C: it starts, stops in order, and leaves nothing behind."""

import os
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from tests.config.running import Up, none_alive
from tests.servers import Broker, wait_for

pytestmark = pytest.mark.needs_server

PRODUCTION = {
    "DEBUG": "off",
    "SECRET_KEY": "s" * 50,
    "HASH_KEY": "h" * 50,
    "SITE_URL": "https://news.example.org",
    "POSTAL_ADDRESS": "4 Beacon Row, Port Alder",
}


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Up]:
    """Nothing is there yet."""
    process = Up(tmp_path / "var with a space")
    yield process
    process.clean_up()


@pytest.fixture
def up(fresh: Up, django_db_setup: None) -> Up:
    """It has a database: making one takes as long as all the rest of a start."""
    fresh.directory.mkdir()
    with (
        closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as migrated,
        closing(sqlite3.connect(fresh.directory / "newsletter.sqlite3")) as own,
    ):
        migrated.backup(own)
    return fresh


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_everything(up: Up, number: signal.Signals) -> None:
    up.start()
    up.wait_until_running()
    assert httpx.get(f"http://127.0.0.1:{up.port}/healthz").text == "ok\n"
    children = up.children()
    up.process.send_signal(number)
    assert up.wait_for_end(seconds=15) == 0, up.output
    assert none_alive(children)
    assert set(children) == {"broker", "notices", "bulk", "beat", "web"}
    assert not (up.directory / "up.json").exists()


def test_its_lines_carry_the_name_of_who_wrote_them_and_no_colours_in_a_file(fresh: Up) -> None:
    fresh.start()
    fresh.wait_until_running()
    assert "notices | " in fresh.output
    assert "up      |   Health    " in fresh.output
    assert "\033" not in fresh.output
    assert "Traceback" not in fresh.output


def test_nothing_outlives_a_kill_for_long_and_a_new_start_works(up: Up) -> None:
    up.start()
    up.wait_until_running()
    orphans = up.children()
    up.process.kill()
    up.wait_for_end()
    up.start()
    up.wait_until_running()
    assert none_alive(orphans)


def test_a_dead_child_stops_the_rest_and_is_named(up: Up) -> None:
    up.start()
    up.wait_until_running()
    children = up.children()
    os.killpg(children["notices"][0], signal.SIGKILL)
    assert up.wait_for_end() == 1
    assert "notices was ended by signal 9, so everything was stopped.\n" in up.output
    assert none_alive(children)


def test_a_check_that_is_cut_off_has_not_passed(up: Up) -> None:
    up.start("--check")
    wait_for((up.directory / "up.json").exists, seconds=30, what="up", log=up._log)
    up.process.send_signal(signal.SIGTERM)
    assert up.wait_for_end() == 1
    assert "Stopping ..." in up.output


def test_a_busy_port_is_one_clear_line(up: Up) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", up.port))
        other.listen()
        up.start()
        assert up.wait_for_end() == 1
    assert f"Port {up.port} is in use." in up.output
    assert len(up.output.splitlines()) == 1, "nothing was started, so nothing was stopped"


def test_a_second_start_leaves_the_first_alone(up: Up) -> None:
    up.start()
    up.wait_until_running()
    first = up.children()
    second = Up(up.directory)
    second._log = up.directory.with_name("second.log")
    second.start()
    assert second.wait_for_end() == 1
    assert f"running already (process {up.process.pid})" in second.output
    assert up.process.poll() is None
    assert up.children() == first


def test_a_folder_that_is_a_file_is_one_clear_line(up: Up, tmp_path: Path) -> None:
    up.start(VAR_DIR=str(tmp_path / "var with a space" / "up.log"))
    assert up.wait_for_end() == 1
    assert "cannot be written" in up.output
    assert "Traceback" not in up.output


def test_a_redis_that_does_not_answer_is_one_clear_line(up: Up) -> None:
    up.start(REDIS_URL="redis://127.0.0.1:1/0")
    assert up.wait_for_end() == 1
    assert "Redis does not answer at REDIS_URL" in up.output


def test_it_serves_production_with_a_redis_of_its_own(fresh: Up, broker: Broker) -> None:
    fresh.start(**PRODUCTION, REDIS_URL=broker.url, BROKER_PREFIX=broker.prefix, LOG_FORMAT="text")
    fresh.wait_until_running()
    page = httpx.get(f"http://127.0.0.1:{fresh.port}/", headers={"Host": "news.example.org"})
    assert page.status_code == 200
    assert "site." in page.text, "style sheets carry the mark of their content"
    assert set(fresh.children()) == {"notices", "bulk", "beat", "web"}
    assert "password" not in fresh.output


def test_a_broker_file_that_cannot_be_read_is_put_aside(up: Up) -> None:
    spoilt = up.directory / "appendonlydir"
    spoilt.mkdir()
    (spoilt / "appendonly.aof.manifest").write_text("not a manifest\n")
    up.start()
    up.wait_until_running()
    assert "starts with an empty one" in up.output
    assert list(up.directory.glob("appendonlydir-unread-*"))


def test_check_sends_the_demo_digest_to_each_reader_once_and_can_be_repeated(fresh: Up) -> None:
    for _ in range(2):
        fresh.start("--check", EMAIL_PROVIDERS="outbox")
        assert fresh.wait_for_end(seconds=120) == 0, fresh.output
        assert "All is well." in fresh.output
        assert "log in as admin with" in fresh.output


def test_check_refuses_where_mail_would_leave_this_machine(up: Up) -> None:
    up.start("--check")
    assert up.wait_for_end() == 1
    assert "--check only sends with EMAIL_PROVIDERS=outbox" in up.output
