"""Folders and the room on their disk."""

import shutil
from collections import namedtuple

import pytest

from config.doctor import disk
from config.watching.readiness import Status
from tests.config.doctor.looking import by_name

Usage = namedtuple("Usage", "total used free")


def test_folders_that_can_be_written_are_well_and_left_as_they_were(settings, tmp_path):
    settings.DEBUG = True

    found = by_name(disk.look())

    assert {check.status for check in found.values()} == {Status.OK}
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_named(settings):
    settings.DEBUG = True
    settings.VAR_DIR = "/proc/1"

    check = by_name(disk.look())["VAR_DIR"]

    assert check.status is Status.FAILED
    assert "chown" in check.remedy


@pytest.mark.parametrize(
    ("free", "status"),
    [(disk.LITTLE - 1, Status.WARNING), (disk.TOO_LITTLE - 1, Status.FAILED)],
)
def test_little_room_is_told_before_there_is_none(settings, monkeypatch, free, status):
    settings.DEBUG = True
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1, 1, free))

    assert by_name(disk.look())["VAR_DIR"].status is status


def test_style_sheets_that_are_not_collected_are_told(settings, tmp_path):
    settings.DEBUG = False
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }

    check = by_name(disk.look())["style sheets"]

    assert check.status is Status.FAILED
    assert "collectstatic" in check.remedy
