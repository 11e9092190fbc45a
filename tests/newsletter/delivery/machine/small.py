"""Everything that comes in thousands, in a few: so that splits, pieces and windows happen often."""

from dataclasses import replace
from typing import Any

from newsletter.delivery import bisection, brake, correcting, outcomes, preparation
from newsletter.delivery.shapes import one_by_one, smtp
from subscribers.mailing import limits
from subscribers.mailing.providers import PROVIDERS
from tests.factories import make_revision
from tests.newsletter.delivery.machine.providers import Providers

SIZES = {"outbox": 5, "resend": 4, "smtp": 6}


def make_small(monkeypatch: Any) -> None:
    """Until the test ends."""
    for name, size in SIZES.items():
        monkeypatch.setitem(PROVIDERS, name, replace(PROVIDERS[name], batch_size=size))
    numbers = [
        (preparation, "FIRST_PIECE", 4),
        (preparation, "PIECE", 7),
        (one_by_one, "WINDOW", 2),
        (smtp, "WINDOW", 2),
        (bisection, "ENOUGH_TO_PAUSE", 2),
        (limits, "PROBE_SIZE", 2),
        (outcomes, "MOST_ATTEMPTS", 2),
    ]
    for module, name, number in numbers:
        monkeypatch.setattr(module, name, number)
    for name in ("BOUNCES", "FAILURES"):
        rule = replace(getattr(brake, name), share=0.4, after=6, at_least=4)
        monkeypatch.setattr(brake, name, rule)
    _correct_without_drawing(monkeypatch)


def take_as_a_whole(monkeypatch: Any, providers: Providers, *, whole: bool) -> None:
    """Whether a call for many is taken as a whole, as is, and as the engine is told."""
    providers.accepts_whole = whole
    outbox = replace(PROVIDERS["outbox"], accepts_whole=whole)
    monkeypatch.setitem(PROVIDERS, "outbox", outbox)


def _correct_without_drawing(monkeypatch: Any) -> None:
    """Words are another matter: what counts here is which revision goes to whom."""
    monkeypatch.setattr(correcting.approval, "agree", lambda **_: (True, []))
    monkeypatch.setattr(correcting, "is_changed", lambda **_: True)
    monkeypatch.setattr(correcting.message, "freeze", lambda *, digest, **_: make_revision(digest))
