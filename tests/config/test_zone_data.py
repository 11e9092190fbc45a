"""Whose rules of the world's clocks hold: the machine's, or those that come with us."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from config import zone_data

CASABLANCA = "Africa/Casablanca"


@pytest.fixture(autouse=True)
def _path_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("PYTHONTZPATH", raising=False)
    before = zoneinfo.TZPATH
    yield
    zoneinfo.reset_tzpath(to=before)
    zoneinfo.ZoneInfo.clear_cache()


def machine(folder: Path, version: str) -> tuple[str, ...]:
    """A machine with a database of that release."""
    (folder / "tzdata.zi").write_text(f"# version {version}\n# This file is in the public domain\n")
    zoneinfo.reset_tzpath(to=[folder])
    return zoneinfo.TZPATH


def test_an_older_database_of_the_machine_is_not_used(tmp_path: Path) -> None:
    machine(tmp_path, "2025b")
    zone_data.use_newest()
    assert zoneinfo.TZPATH == ()
    # Morocco gave up its hour ahead on 20 September 2026.
    at = datetime(2026, 11, 24, 6, 30, tzinfo=zoneinfo.ZoneInfo(CASABLANCA))
    assert at.astimezone(UTC).time() == time(6, 30)
    assert at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("version", [zone_data.SHIPPED, "2099a"])
def test_one_as_new_or_newer_is_used(tmp_path: Path, version: str) -> None:
    path = machine(tmp_path, version)
    zone_data.use_newest()
    assert path == zoneinfo.TZPATH


def test_one_that_does_not_say_how_old_it_is_is_left(tmp_path: Path) -> None:
    zoneinfo.reset_tzpath(to=[tmp_path])
    path = zoneinfo.TZPATH
    zone_data.use_newest()
    assert path == zoneinfo.TZPATH
    (tmp_path / "tzdata.zi").write_text("Z Africa/Casablanca 0 - +00\n")
    assert zone_data.version_in(zoneinfo.TZPATH) == ""


def test_who_names_a_database_gets_that_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = machine(tmp_path, "2025b")
    monkeypatch.setenv("PYTHONTZPATH", str(tmp_path))
    zone_data.use_newest()
    assert path == zoneinfo.TZPATH
