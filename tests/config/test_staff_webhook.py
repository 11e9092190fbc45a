"""Where the staff's webhook may lead: https, or this machine while developing."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import locations

NAME = "STAFF_WEBHOOK_URL"


def read(monkeypatch, value: str, *, is_loopback_fine: bool = True) -> str:
    monkeypatch.setenv(NAME, value)
    return locations.webhook(NAME, is_loopback_fine=is_loopback_fine)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "https://hooks.chat.example/services/T0/B0/secret",
        "https://10.0.0.7:8443/alerts?team=desk",
        "http://127.0.0.1:9000/hook",
        "http://localhost/hook",
        "http://[::1]:9000/hook",
    ],
)
def test_it_is_taken_as_it_is(monkeypatch, value: str) -> None:
    assert read(monkeypatch, value) == value


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("http://chat.example/hook", "must start with https://"),
        ("http://127.0.0.1.evil.example/hook", "must start with https://"),
        ("ftp://chat.example/hook", "must start with https://"),
        ("https:///hook", "cannot be read"),
        ("chat.example/hook", "cannot be read"),
        ("https://user:hush@chat.example/hook", "cannot be read"),
        ("https://chat.example:port/hook", "cannot be read"),
        ("https://chat.example/a\nb", "cannot be read"),
    ],
)
def test_a_wrong_value_is_refused_without_repeating_it(monkeypatch, value: str, form: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=form) as refused:
        read(monkeypatch, value)
    assert NAME in str(refused.value)
    assert "hook" not in str(refused.value)


def test_in_production_not_even_this_machine_is_called_in_the_clear(monkeypatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="must start with https://"):
        read(monkeypatch, "http://127.0.0.1:9000/hook", is_loopback_fine=False)


def test_its_path_may_stand_in_a_file(monkeypatch, tmp_path) -> None:
    file = tmp_path / "hook"
    file.write_text("https://chat.example/hook\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(file))
    assert locations.webhook(NAME, is_loopback_fine=False) == "https://chat.example/hook"
