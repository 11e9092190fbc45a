"""One digest as a page of the site, drawn from its frozen words without any reader's links."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from newsletter.digests import queries
from newsletter.models import Digest
from newsletter.pages.words import moment
from newsletter.rendering.links import absolute
from subscribers.models import Newsletter
from subscribers.views.shared_copies import for_everybody


@require_safe
@for_everybody
def digest(request: HttpRequest, slug: str, occurrence: str) -> HttpResponse:
    """`/newsletters/<slug>/<occurrence>/`; 404 until the first reader may have it."""
    found = gone_out(slug=slug, occurrence=occurrence)
    if found is None or found.revision is None:
        raise Http404
    before, after = queries.neighbours(digest=found)
    context = {
        "digest": found,
        "is_listed": found.state in queries.OUT,
        "before": before,
        "after": after,
        "corrections": _corrections(found),
        "newsletter": found.newsletter,
        "only": [found.newsletter],
        "page": at_home(found.revision.page),
        "revision": found.revision,
        "corrected": _moment(found.corrected_at, found.newsletter),
        "picture": _picture(found.revision.page),
        "canonical": absolute(found.get_absolute_url()),
    }
    return render(request, "newsletter/digest.html", context)


def _picture(page: dict[str, Any]) -> str:
    """The first picture in it, for the cards of links; "" when there is none."""
    items = (item for section in page.get("sections", ()) for item in section["items"])
    return next((absolute(item["image"]["url"]) for item in items if item.get("image")), "")


def _moment(at: datetime | None, newsletter: Newsletter) -> str:
    if at is None:
        return ""
    return moment(at=at, zone=newsletter.zone, language=newsletter.language)


def _corrections(digest: Digest) -> list[dict[str, str]]:
    """The corrections that were mailed to those who had it: when, in words, and where to read."""
    mailed = (
        digest.corrections.filter(state__in=queries.OUT, sending_at__isnull=False)
        .select_related("newsletter")
        .only(
            *("corrects_id", "occurrence", "sending_at"),
            *("newsletter__slug", "newsletter__time_zone", "newsletter__language"),
        )
        .order_by("sending_at", "id")
    )
    return [
        {"url": one.get_absolute_url(), "when": _moment(one.sending_at, one.newsletter)}
        for one in mailed
    ]


def gone_out(*, slug: str, occurrence: str) -> Digest | None:
    """The digest of an address, once sending has begun; also one stopped half-way."""
    return (
        Digest.objects.filter(
            newsletter__slug=slug,
            occurrence=occurrence,
            sending_at__isnull=False,
            revision__isnull=False,
        )
        .select_related("newsletter", "revision", "corrects__newsletter", "corrects__revision")
        .defer(
            "revision__html",
            "revision__text",
            "corrects__revision__html",
            "corrects__revision__text",
            "corrects__revision__page",
        )
        .order_by("-sending_at")
        .first()
    )


def at_home(value: Any) -> Any:
    """The page's data with addresses on this site made relative.

    Mails need them absolute; here they must work under whatever name the site is opened by.
    """
    if isinstance(value, dict):
        return {key: at_home(part) for key, part in value.items()}
    if isinstance(value, list):
        return [at_home(part) for part in value]
    if isinstance(value, str) and value.startswith(f"{settings.SITE_URL}/"):
        return value.removeprefix(settings.SITE_URL)
    return value
