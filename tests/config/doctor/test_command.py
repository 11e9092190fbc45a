"""The command: a line a check, words and not colours alone, and how it ends."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from config.doctor.findings import failed, not_looked, ok, warning
from config.management.commands import doctor

WELL = [("Broker", [ok("connection", "Redis 7 answers")])]
WARNED = [("Disk", [warning("VAR_DIR", "1 GB is free", "Make room.")])]
WRONG = [("Site", [failed("SITE_URL", "nobody there", "Start it."), not_looked("more", "no site")])]


@pytest.fixture
def finds(monkeypatch):
    """What the groups are said to have found; the wishes that they were asked with."""

    def set_up(found):
        wishes = []
        monkeypatch.setattr(doctor, "all_of", lambda wanted: wishes.append(wanted) or iter(found))
        return wishes

    return set_up


def told(*arguments: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(end.code)
    return out.getvalue(), 0


def test_all_well_ends_with_0(finds):
    finds(WELL)

    text, status = told()

    assert "  ok            connection: Redis 7 answers\n" in text
    assert text.endswith("Ready: 1 ok, 0 warnings, 0 failed, 0 not looked at.\n")
    assert status == 0
    assert "\x1b" not in text


def test_a_warning_is_no_failure(finds):
    finds(WELL + WARNED)

    text, status = told()

    assert "  warning       VAR_DIR: 1 GB is free\n                -> Make room.\n" in text
    assert "Ready, with a look at the warnings: 1 ok, 1 warning," in text
    assert status == 0


def test_a_failure_ends_with_1_and_says_how_to_mend_it(finds):
    finds(WELL + WRONG)

    text, status = told()

    assert "  FAILED        SITE_URL: nobody there\n                -> Start it.\n" in text
    assert "  not looked at more: no site\n" in text
    assert text.endswith("Not ready: 1 ok, 0 warnings, 1 failed, 1 not looked at.\n")
    assert status == 1


def test_programs_get_the_same_as_json(finds):
    finds(WELL + WRONG)

    text, status = told("--json")

    said = json.loads(text)
    assert (said["ok"], status) == (False, 1)
    assert said["checks"][1] == {
        "group": "Site",
        "check": "SITE_URL",
        "status": "failed",
        "detail": "nobody there",
        "remedy": "Start it.",
    }


def test_the_address_is_looked_at_before_anything_is_sent(finds):
    wishes = finds(WELL)

    with pytest.raises(CommandError):
        call_command("doctor", "--to", "nobody at all")
    with pytest.raises(CommandError):
        call_command("doctor", "--to", "me@daymark.example", "--wait", "7000")
    assert not wishes

    told("--to", "Me@Daymark.example", "--wait", "5")
    assert (wishes[0].to, wishes[0].wait) == ("me@daymark.example", 5)
