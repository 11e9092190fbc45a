"""The file `.env`: read beside the environment, refused by line where it is no setting."""

import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import dotenv


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment of its own, which a test may fill."""
    own: dict[str, str] = {}
    monkeypatch.setattr(os, "environ", own)
    monkeypatch.setattr("environ.Env.ENVIRON", own)
    return own


def settings_in(environment: dict[str, str]) -> dict[str, str]:
    """What is set, besides the note that pytest itself makes."""
    return {name: value for name, value in environment.items() if name != "PYTEST_CURRENT_TEST"}


def test_the_environment_wins_over_the_file(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("IT=from the file\nOTHER_IT=also there\n")
    environment["IT"] = "from outside"
    dotenv.load(tmp_path / ".env")
    assert settings_in(environment) == {"IT": "from outside", "OTHER_IT": "also there"}


def test_quotes_comments_and_exports_are_understood(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("# one\n\n  export A='b # c'\nD=\"e=f\"\nG=a$b\n")
    dotenv.load(tmp_path / ".env")
    assert settings_in(environment) == {"A": "b # c", "D": "e=f", "G": "a$b"}


def test_no_file_is_no_fault(environment: dict[str, str], tmp_path: Path) -> None:
    dotenv.load(tmp_path / ".env")
    assert settings_in(environment) == {}


def test_a_line_that_is_no_setting_is_named_but_not_repeated(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("A=b\nSECRET_KEY geheim\n")
    with pytest.raises(ImproperlyConfigured, match=r"Line 2 of .*\.env is no setting\.") as error:
        dotenv.load(tmp_path / ".env")
    assert "geheim" not in str(error.value)


def test_a_file_that_cannot_be_read_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(ImproperlyConfigured, match="Is a directory"):
        dotenv.load(tmp_path / ".env")
    (tmp_path / "other").write_bytes(b"A=\xff")
    with pytest.raises(ImproperlyConfigured, match="is not UTF-8"):
        dotenv.load(tmp_path / "other")


def test_a_file_that_was_asked_for_must_be_there(
    environment: dict[str, str], tmp_path: Path
) -> None:
    environment["ENV_FILE"] = str(tmp_path / "gone")
    with pytest.raises(ImproperlyConfigured, match=r"ENV_FILE names .*gone, which cannot"):
        dotenv.load(tmp_path / ".env")
    environment["ENV_FILE"] = os.devnull
    dotenv.load(tmp_path / ".env")
