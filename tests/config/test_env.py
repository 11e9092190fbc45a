"""Settings from the environment: each value has one type, or is refused by name and form."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

WRONG: list[tuple[str, Callable[[], object], str]] = [
    ("maybe", lambda: env.flag("IT", default=True), 'IT is "maybe". Set it to on or off.'),
    ("80000", lambda: env.number("IT", 1, low=1, high=65535), "Give a number from 1 to 65535."),
    ("-1", lambda: env.number("IT", 1, low=1, high=65535), "Give a number from 1 to 65535."),
    ("²", lambda: env.number("IT", 1, low=1, high=65535), "Give a number from 1 to 65535."),
    ("smtp,pigeon", lambda: env.choices("IT", {"smtp", "outbox"}, "smtp"), 'IT names "pigeon".'),
    (",", lambda: env.choices("IT", {"smtp"}, "smtp"), "Allowed, with commas: smtp."),
    ("our-proxy", lambda: env.networks("IT"), "Give addresses or networks, such as"),
    ("xml", lambda: env.choice("IT", {"json", "text"}, "text"), "Set it to json or text."),
    ("Mars/Base", lambda: env.time_zone("IT", "UTC"), "Give an IANA time zone such as"),
    ("news.example.org", lambda: env.site_url("IT", ""), "Give scheme and host only"),
    ("https://a.example/b", lambda: env.site_url("IT", ""), "Give scheme and host only"),
    ("mysql://a/b", lambda: env.database("IT", file=Path("x")), "IT must start with sqlite:///"),
    ("http://a", lambda: env.url("IT", "", schemes={"redis"}), "IT must start with redis://."),
]


@pytest.mark.parametrize(("value", "read", "says"), WRONG, ids=[each[0] for each in WRONG])
def test_a_wrong_value_is_refused_with_name_and_form_in_one_line(
    value: str, read: Callable[[], object], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IT", value)
    with pytest.raises(ImproperlyConfigured) as error:
        read()
    assert says in str(error.value)
    assert "IT" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_password_is_not_repeated_when_its_address_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IT", "postgres://user:geheim@host:port/name")
    with pytest.raises(ImproperlyConfigured) as error:
        env.database("IT", file=Path("x"))
    assert "geheim" not in str(error.value)


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("IT_FILE", str(tmp_path / "secret"))
    assert env.text("IT") == "from the file"


def test_a_secret_in_two_places_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IT", "one")
    monkeypatch.setenv("IT_FILE", "/two")
    with pytest.raises(ImproperlyConfigured, match="IT and IT_FILE are both set"):
        env.text("IT")


def test_a_secret_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IT_FILE", "/nowhere/secret")
    with pytest.raises(ImproperlyConfigured, match="IT_FILE points to /nowhere/secret"):
        env.text("IT")


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("IT=from the file\nOTHER_IT=also there\n")
    monkeypatch.setenv("IT", "from outside")
    monkeypatch.setenv("OTHER_IT", "")
    monkeypatch.delenv("OTHER_IT")
    env.load_dotenv(tmp_path / ".env")
    assert env.text("IT") == "from outside"
    assert env.text("OTHER_IT") == "also there"
    monkeypatch.delenv("OTHER_IT")


def test_words_that_mean_yes_and_no(monkeypatch: pytest.MonkeyPatch) -> None:
    for word in ("on", "Yes", "TRUE", "1"):
        monkeypatch.setenv("IT", word)
        assert env.flag("IT", default=False) is True
    for word in ("off", "No", "FALSE", "0"):
        monkeypatch.setenv("IT", word)
        assert env.flag("IT", default=True) is False


def test_a_database_path_may_hold_a_space(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IT", "sqlite:////srv/a%20folder/db.sqlite3")
    assert env.database("IT", file=Path("x"))["NAME"] == "/srv/a folder/db.sqlite3"
