"""Whatever spelling an address or a link's token has, it does not get into a line."""

import pytest

from config import masks
from config.masks import all_masked, masked

TOKEN = "AAAAAAAAAAEAAAABI2zeLnWBYD2AqLOcaIgJtw"


@pytest.mark.parametrize(
    "address",
    [
        "jane.doe@mail.example",
        "jane.doe%40mail.example",
        "jane.doe%2540mail.example",
        "jane.doe&#64;mail.example",
        "jane.doe\\u0040mail.example",
        "jane.doe\uff20mail.example",
        "jane.doe+news@mail.example",
        "o'jane.doe@mail.example",
        "bounces+jane.doe=mail.example@relay.example",
        '"jane.doe at home"@mail.example',
        "jane.doe@localhost",
        "jane.doe@[192.0.2.7]",
        "jane.doe@xn--bcher-kva.example",
        "jürgen.jane.doe@bücher.example",
        "हिन्दी.jane.doe@डोमेन.example",
        "jane.doe/press@mail.example",
    ],
)
@pytest.mark.parametrize(
    "line",
    [
        "{}",
        "550 5.1.1 <{}>: no such user.",
        "DETAIL:  Key (address_key)=({}) already exists.",
        "{{'email': '{}', 'reason': 'wrong'}}",
        "Not Found: /admin/subscribers/subscriber/?q={}&o=1",
        "mailto:{}?subject=stop",
    ],
)
def test_it_hides_an_address(line, address):
    said = masked(line.format(address))
    for part in ("jane", "doe", "mail.example", "bücher", "डोमेन"):
        assert part not in said
    assert "[address]" in said


@pytest.mark.parametrize(
    "kind",
    ["confirm", "unsubscribe", "preferences", "your-data", "new-address", "preview", "c"],
)
@pytest.mark.parametrize("form", ["/{}/{}/", "https://news.example/{}/{}", "%2F{}%2F{}%2F"])
@pytest.mark.parametrize("token", [TOKEN, "3.abc", "short"])
def test_it_hides_the_token_of_a_link(form, kind, token):
    said = masked(f"Not Found: {form.format(kind, token)} (404)")
    assert token not in said
    assert kind in said


def test_it_hides_a_token_that_stands_alone():
    assert masked(f"BadToken: {TOKEN}") == "BadToken: [token]"


@pytest.mark.parametrize(
    "line",
    [
        "Task newsletter.plan_digests[3d0b1c2e-7a3f-4d56-9f01-0a1b2c3d4e5f] raised unexpected",
        "Not Found: /articles/harbour/ @ 12:00",
        "    @transaction.atomic",
        "newsletter/delivery/drain.py, line 12, in _carry",
    ],
)
def test_it_leaves_everything_else_as_it_is(line):
    assert masked(line) == line


def test_a_worker_is_called_by_its_name_and_a_person_on_the_same_machine_is_not(monkeypatch):
    monkeypatch.setattr(masks, "_HERE", "mail.example")
    assert masked("bulk-12@mail.example: ready.") == "bulk-12@mail.example: ready."
    assert masked("jane@mail.example: ready.") == "[address]: ready."
    monkeypatch.setattr(masks, "_HERE", "machine")
    assert masked("second@machine ready.") == "second@machine ready."


def test_it_looks_into_lists_and_dictionaries_and_at_what_is_no_text():
    given = {"a": ["jane@mail.example", {"jane@mail.example": 1}], "b": ValueError("x@y.example")}
    assert all_masked(given) == {
        "a": ["[address]", {"[address]": 1}],
        "b": "ValueError('[address]')",
    }


@pytest.mark.parametrize("piece", ["a", "a%40", "A1a-", "'", "a'", '"a', "@", "/c/"])
def test_a_hostile_line_of_a_million_characters_is_read_once(piece):
    # It would take hours otherwise.
    assert masked(f"{piece * (1_000_000 // len(piece))} jane@mail.example").endswith(" [address]")
