"""The database as `doctor` sees it, away and there."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import connection, connections

from config.doctor import database
from config.watching.readiness import Status
from tests.config.doctor.looking import by_name, silent_server

only_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has no connections to count"
)


@pytest.fixture
def elsewhere(monkeypatch):
    """Leads every new connection to a port of loopback."""

    def lead(port: int) -> None:
        other = deepcopy(connections["default"].settings_dict)
        other |= {"HOST": "127.0.0.1", "PORT": str(port)}
        monkeypatch.setattr(connections["default"], "settings_dict", other)

    return lead


@pytest.mark.django_db
def test_one_that_is_there_answers_with_all_migrations_and_the_same_clock():
    found = by_name(database.look())

    assert found["migrations"].status is found["clock"].status is Status.OK
    assert found["connection"].detail.startswith(("PostgreSQL", "SQLite"))


@pytest.mark.django_db
def test_sqlite_is_for_development(settings):
    settings.DEBUG = False

    status = by_name(database.look())["connection"].status

    assert status is (Status.WARNING if connection.vendor == "sqlite" else Status.OK)


def test_a_missing_file_is_named_and_not_made(settings, monkeypatch, tmp_path):
    file = tmp_path / "none.sqlite3"
    at = settings.DATABASES["default"]
    monkeypatch.setitem(at, "ENGINE", "django.db.backends.sqlite3")
    monkeypatch.setitem(at, "NAME", str(file))

    found = by_name(database.look())

    assert found["connection"].status is Status.FAILED
    assert str(file) in found["connection"].detail
    assert not file.exists()


@pytest.mark.django_db
def test_a_clock_that_is_off_is_told_and_by_how_much(monkeypatch):
    now = database.machine_now

    monkeypatch.setattr(database, "machine_now", lambda: now() - timedelta(seconds=7))
    warned = by_name(database.look())["clock"]
    monkeypatch.setattr(database, "machine_now", lambda: now() + timedelta(minutes=3))
    failed = by_name(database.look())["clock"]

    assert warned.status is Status.WARNING
    assert "by 7" in warned.detail
    assert failed.status is Status.FAILED


@only_postgresql
@pytest.mark.django_db
def test_connections_are_counted():
    assert " of " in by_name(database.look())["connections"].detail


@only_postgresql
@pytest.mark.django_db
def test_few_connections_left_are_warned_of(monkeypatch):
    monkeypatch.setattr(database, "FEW_CONNECTIONS", 1_000_000)

    check = by_name(database.look())["connections"]

    assert check.status is Status.WARNING
    assert "max_connections" in check.remedy


@only_postgresql
@pytest.mark.django_db
def test_a_server_that_is_away_is_told_in_its_own_words(elsewhere, free_port):
    elsewhere(free_port)

    (check,) = database.look()

    assert check.status is Status.FAILED
    assert "refused" in check.detail
    assert "DATABASE_URL" in check.remedy


@only_postgresql
@pytest.mark.django_db
def test_a_server_that_says_nothing_is_given_up(elsewhere):
    with silent_server() as port:
        elsewhere(port)
        (check,) = database.look()

    assert check.status is Status.FAILED
