"""The sign-up box for the middle of a story or the page of one newsletter."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils import timezone

from subscribers.abuse import form_time
from subscribers.models import Newsletter
from subscribers.offers import offers, open_newsletters
from subscribers.wording import consent_sentence

register = template.Library()


@register.inclusion_tag("subscribers/_box.html", takes_context=True)
def signup_box(
    context: dict[str, Any],
    *,
    page: str,
    newsletters: Sequence[Newsletter] | None = None,
    comes: str | None = None,
) -> dict[str, Any]:
    """`{% signup_box page=request.path %}`: a form for all open newsletters.

    With `newsletters=` only those are offered; a single one is given and has no tick box. `page`
    is the path that the reader's mails will name as the place where he signed up. `comes` is for
    a page that tells the rest already: when the next one does, "" when that is not known.
    """
    offered = open_newsletters() if newsletters is None else list(newsletters)
    return {
        "publisher": context["publisher"],
        "page": page,
        "comes": comes,
        "offers": offers(newsletters=offered),
        "only": offered[0] if len(offered) == 1 else None,
        "consent": consent_sentence(),
    }


@register.inclusion_tag("subscribers/_form_proof.html")
def form_proof(*, is_asked_again: bool = False) -> dict[str, str]:
    """`{% form_proof %}`: when the form was drawn, and a field that only robots fill in."""
    return {
        "form_time": form_time.stamp(now=timezone.now(), is_asked_again=is_asked_again),
    }
