"""Settings from the environment: each value has one type, or is refused by name and form."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env, locations

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
    ("news.example.org", lambda: locations.site_url("IT", ""), "Give scheme and host only"),
    ("https://a.example/b", lambda: locations.site_url("IT", ""), "Give scheme and host only"),
    (
        "mysql://a/b",
        lambda: locations.database("IT", file=Path("x")),
        "IT must start with sqlite:///",
    ),
    ("https://a:b", lambda: locations.site_url("IT", ""), "Give scheme and host only"),
    ("https://a?b", lambda: locations.site_url("IT", ""), "Give scheme and host only"),
    ("https://a@b", lambda: locations.site_url("IT", ""), "Give scheme and host only"),
    ("https://c.example", lambda: locations.hosts("IT", ""), "Give hosts only, such as"),
    ("c.example", lambda: locations.origins("IT"), "Give scheme and host, such as"),
    ("postgres://", lambda: locations.database("IT", file=Path("x")), "IT names no database."),
    ("redis://a:b", lambda: locations.url("IT", "", schemes={"redis"}), "IT cannot be read. Give"),
    ("smtp://", lambda: locations.url("IT", "", schemes={"smtp"}), "Give smtp://user:password@"),
    ("smtp://a?connections=0", lambda: locations.relay("IT", ""), "Give a number from 1 to 100."),
    ("smtp://a?connections=x", lambda: locations.relay("IT", ""), "IT has connections=x. Give a"),
    ("smtp://a?connections=", lambda: locations.relay("IT", ""), "IT has connections=. Give a"),
    ("smtp://a?threads=3", lambda: locations.relay("IT", ""), 'IT has "threads" behind the ?.'),
    ("http://a?connections=3", lambda: locations.relay("IT", ""), "IT must start with smtp://"),
    ("unix://", lambda: locations.url("IT", "", schemes={"unix"}), "Give unix:///path."),
    ("The Daymark", lambda: locations.mailbox("IT", ""), "Give Name <address>, such as"),
    ("name", lambda: env.secret_pair("IT"), "IT must be name:password"),
    ("name:", lambda: env.secret_pair("IT"), "IT must be name:password"),
    ("4 Beacon Row\nPort Alder", lambda: env.line("IT"), "IT has a line break in it."),
    (
        "http://a",
        lambda: locations.url("IT", "", schemes={"redis"}),
        "IT must start with redis://.",
    ),
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
        locations.database("IT", file=Path("x"))
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


@pytest.mark.parametrize(("content", "why"), [(b"\xff", "is not UTF-8"), (b"\n", "is empty")])
def test_a_secret_file_that_holds_no_text_is_named(
    content: bytes, why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_bytes(content)
    monkeypatch.setenv("IT_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured, match=f"IT_FILE points to .*{why}"):
        env.text("IT")


RIGHT: list[tuple[str, Callable[[], object]]] = [
    ("https://news.example.org:8443", lambda: locations.site_url("IT", "")),
    ("http://[::1]:8000", lambda: locations.site_url("IT", "")),
    ("rediss://:p%40ss@redis.example:6380/0", lambda: locations.url("IT", "", schemes={"rediss"})),
    ("smtp+tls://a:b@relay.example:587?connections=64", lambda: locations.relay("IT", "")),
    ("unix:///a%20folder/valkey.sock", lambda: locations.url("IT", "", schemes={"unix"})),
    ("The Daymark <briefing@daymark.example>", lambda: locations.mailbox("IT", "")),
    ("briefing@daymark.example", lambda: locations.mailbox("IT", "")),
    ("name:pass:word", lambda: env.secret_pair("IT")),
]


@pytest.mark.parametrize(("value", "read"), RIGHT, ids=[each[0] for each in RIGHT])
def test_a_right_value_is_taken_as_it_is(
    value: str, read: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IT", value)
    assert read() == value


def test_hosts_and_sites_may_have_a_wildcard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IT", ".example.org, [::1], *")
    assert locations.hosts("IT", "") == [".example.org", "[::1]", "*"]
    monkeypatch.setenv("IT", "https://*.example.org/")
    assert locations.origins("IT") == ["https://*.example.org"]


def test_words_that_mean_yes_and_no(monkeypatch: pytest.MonkeyPatch) -> None:
    for word in ("on", "Yes", "TRUE", "1"):
        monkeypatch.setenv("IT", word)
        assert env.flag("IT", default=False) is True
    for word in ("off", "No", "FALSE", "0"):
        monkeypatch.setenv("IT", word)
        assert env.flag("IT", default=True) is False


def test_a_database_path_may_hold_a_space(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IT", "sqlite:////srv/a%20folder/db.sqlite3")
    assert locations.database("IT", file=Path("x"))["NAME"] == "/srv/a folder/db.sqlite3"
