"""The way of providers' reports: refused without the password, taken with it, and nothing kept.

What is posted is an empty list, of which nothing follows and nothing is stored. Where the provider
signs its posts besides, ours is refused after the password, which shows the way as well.
"""

from collections.abc import Iterator

from django.conf import settings

from config.doctor import asking_site
from config.doctor.findings import failed, not_looked, ok
from config.watching.readiness import Check
from newsletter.tracking import webhooks

EMPTY = "[]"
# What `newsletter.tracking.views` answers, when the password is right, to a post of nothing.
TAKEN = {200: "and an empty report", 400: "", 403: "(its own signature only it can give)"}

# A setting is missing, so that no post can be checked.
NOT_SET_UP = 503


def names() -> list[str]:
    """The checks that there will be."""
    return [_name(provider) for provider in settings.EMAIL_PROVIDERS]


def look() -> Iterator[Check]:
    """Each provider's address, asked over SITE_URL."""
    return map(_of, settings.EMAIL_PROVIDERS)


def _of(provider: str) -> Check:
    if not webhooks.is_ours(provider):
        return not_looked(_name(provider), "it reports nothing here; what it says at once is all")
    if not settings.WEBHOOK_SECRET:
        return failed(
            _name(provider),
            "our password is missing, so every report is refused",
            "Set WEBHOOK_SECRET to name:password, both random, and give both to the provider.",
        )
    path = f"/anymail/{provider}/tracking/"
    bare = asking_site.post(path, json=EMPTY)
    if bare.status == NOT_SET_UP:
        return _refused(provider, bare.status)
    if bare.status != 401:
        return failed(
            _name(provider),
            f"without the password it is answered {bare.status or bare.why}, and not 401",
            "Let the proxy pass /anymail/ on as it is, without log-in or cache of its own.",
        )
    return _with_password(provider, path)


def _with_password(provider: str, path: str) -> Check:
    answer = asking_site.post(path, json=EMPTY, password=settings.WEBHOOK_SECRET)
    if answer.status in TAKEN:
        more = f" {TAKEN[answer.status]}".rstrip()
        return ok(_name(provider), f"refuses strangers, takes our password{more}; nothing is kept")
    if answer.status == 401:
        return failed(
            _name(provider),
            "our password is refused",
            "Start the site anew with this WEBHOOK_SECRET, and let the proxy keep Authorization.",
        )
    return _refused(provider, answer.status or answer.why)


def _refused(provider: str, answer: int | str) -> Check:
    remedy = "Look into the site's log for reports_refused, which says why."
    if answer == NOT_SET_UP:
        remedy = f"A setting is missing: see docs/what-comes-back.md, also set. {remedy}"
    return failed(_name(provider), f"refused with {answer}", remedy)


def _name(provider: str) -> str:
    return f"reports of {provider}"
