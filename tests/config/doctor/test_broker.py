"""The broker as `doctor` sees it: a real one, wrong ones, none."""

import pytest

from config.doctor import broker as looking_at
from config.watching.readiness import Status
from tests.config.doctor.looking import by_name, silent_server
from tests.servers import wait_for

needs_server = pytest.mark.needs_server


def rewrites(broker) -> bool:
    told = broker.client.info("persistence")
    return bool(told["aof_rewrite_in_progress"] or told["aof_rewrite_scheduled"])


@needs_server
def test_one_for_development_forgets_everything_and_is_warned_of(mortal_broker):
    found = by_name(looking_at.look())

    assert found["connection"].status is Status.OK
    assert found["maxmemory-policy"].status is Status.OK
    assert found["persistence"].status is Status.WARNING
    assert "appendonly" in found["persistence"].remedy


@needs_server
@pytest.mark.parametrize(("name", "value"), [("appendonly", "yes"), ("save", "60 1")])
def test_what_is_written_down_is_well(mortal_broker, name, value):
    mortal_broker.client.config_set(name, value)
    # Until the first file is written it does not let itself be stopped.
    wait_for(lambda: not rewrites(mortal_broker), seconds=10, what="the file of the broker")

    assert by_name(looking_at.look())["persistence"].status is Status.OK


@needs_server
def test_a_policy_that_throws_wake_ups_away_fails(mortal_broker):
    mortal_broker.client.config_set("maxmemory-policy", "allkeys-lru")

    check = by_name(looking_at.look())["maxmemory-policy"]

    assert check.status is Status.FAILED
    assert "allkeys-lru" in check.detail
    assert "noeviction" in check.remedy


@needs_server
def test_one_that_is_nearly_full_is_warned_of(mortal_broker):
    used = mortal_broker.client.info()["used_memory"]
    mortal_broker.client.config_set("maxmemory", used + 20_000)

    assert by_name(looking_at.look())["memory"].status is Status.WARNING


@needs_server
def test_a_replica_takes_no_writes(mortal_broker, free_port):
    mortal_broker.client.replicaof("127.0.0.1", free_port)

    assert by_name(looking_at.look())["connection"].status is Status.FAILED


def test_one_that_is_away_is_told_in_its_own_words(settings, free_port):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port}/0"

    (check,) = looking_at.look()

    assert check.status is Status.FAILED
    assert "REDIS_URL" in check.remedy


def test_one_that_says_nothing_is_given_up(settings, monkeypatch):
    monkeypatch.setattr(looking_at, "SECONDS", 0.3)
    with silent_server() as port:
        settings.REDIS_URL = f"redis://:secret-word@127.0.0.1:{port}/0"
        (check,) = looking_at.look()

    assert check.status is Status.FAILED
    assert "secret-word" not in f"{check}"


def test_none_at_all_is_a_missing_setting(settings):
    settings.REDIS_URL = ""

    (check,) = looking_at.look()

    assert check.status is Status.FAILED
