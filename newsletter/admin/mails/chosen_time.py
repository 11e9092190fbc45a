"""A chosen time as the desk's forms read it: what cannot be is said beside its field."""

from typing import Any

from django import forms
from django.utils import timezone

from newsletter.scheduling.chosen import Chosen, IsPast, TooFar, chosen
from subscribers.models import Newsletter


def chosen_in(
    form: forms.Form, data: dict[str, Any], *, newsletter: Newsletter, by_reader: bool, else_: str
) -> Chosen | None:
    """Of the cleaned `day` and `time`; None where it was refused. `else_`: what to do instead."""
    try:
        return chosen(
            newsletter=newsletter,
            day=data["day"],
            at=data["time"],
            by_reader=by_reader,
            now=timezone.now(),
        )
    except TooFar as refusal:
        form.add_error("day", str(refusal))
    except IsPast as refusal:
        form.add_error("time", f"{refusal} {else_}")
    return None
