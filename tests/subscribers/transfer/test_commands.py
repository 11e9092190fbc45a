"""The commands `import_subscribers` and `export_subscribers`."""

import sqlite3
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from subscribers.models import Newsletter, Subscriber
from subscribers.transfer import importing, seen
from tests.factories import make_newsletter, make_reader


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    return make_newsletter(slug="good-news")


def call(name: str, *arguments: object) -> str:
    out = StringIO()
    call_command(name, *map(str, arguments), stdout=out)
    return out.getvalue()


def bring_in(file: Path, *more: str) -> str:
    return call(
        "import_subscribers", file, "--newsletter=good-news", "--consent=A card at the fair", *more
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "fair.csv"
    path.write_text("email,town\nana@example.org,Turku\nnobody,Turku\n")
    return path


def test_a_dry_run_tells_and_writes_nothing(newsletter: Newsletter, file: Path) -> None:
    told = bring_in(file, "--dry-run").splitlines()
    assert told == [
        "line 3: That address has no @.",
        "Columns that were not read: town",
        "2 lines, of these",
        "         1 new to the newsletter",
        "         1 without a good address",
        "Nothing was written.",
    ]
    assert not Subscriber.objects.exists()


def test_the_import_tells_the_same(newsletter: Newsletter, file: Path) -> None:
    looked, done = bring_in(file, "--dry-run"), bring_in(file)
    assert looked.replace("Nothing was written.\n", "") == done
    assert Subscriber.objects.get().address == "ana@example.org"


def test_what_it_cannot_do_is_said_in_a_sentence(newsletter: Newsletter, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        bring_in(tmp_path / "missing.csv")
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        bring_in(tmp_path)
    empty = tmp_path / "empty.csv"
    empty.touch()
    with pytest.raises(CommandError, match="The file is empty"):
        bring_in(empty)
    with pytest.raises(CommandError, match="how these readers agreed"):
        call("import_subscribers", empty, "--newsletter=good-news", "--consent= ")
    with pytest.raises(CommandError, match="there are: good-news"):
        call("import_subscribers", empty, "--newsletter=nothing", "--consent=x")
    with pytest.raises(CommandError, match="there are: good-news"):
        call("export_subscribers", "--newsletter=nothing")
    with pytest.raises(CommandError, match="cannot be written"):
        call("export_subscribers", "-o", tmp_path / "no" / "where.csv")


def test_an_export_goes_to_the_screen_or_a_file_of_ones_own(
    newsletter: Newsletter, tmp_path: Path
) -> None:
    make_reader(newsletter, address="ana@example.org")
    shown = call("export_subscribers", "--newsletter=good-news")
    assert shown.splitlines()[1].startswith("ana@example.org,,good-news,active,")
    path = tmp_path / "out.csv"
    assert "1 lines in" in call("export_subscribers", "-o", path)
    assert path.read_bytes().decode().splitlines() == shown.splitlines()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]


def test_an_export_that_fails_leaves_the_old_file(
    newsletter: Newsletter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(**_: object) -> object:
        yield "address\r\n"
        raise OSError(28, "No space left on device")

    path = tmp_path / "out.csv"
    path.write_text("old")
    monkeypatch.setattr("subscribers.management.commands.export_subscribers.export", dies)
    with pytest.raises(CommandError, match="No space left"):
        call("export_subscribers", "-o", path)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]


def test_a_database_that_goes_away_is_told_in_a_sentence(
    newsletter: Newsletter, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> object:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(importing, "standings", away)
    with pytest.raises(CommandError, match="import the file again"):
        bring_in(file)


def test_a_full_disk_is_told_in_a_sentence(
    newsletter: Newsletter, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> object:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(seen.Seen, "_first_lines", full)
    with pytest.raises(CommandError, match="no room"):
        bring_in(file)
