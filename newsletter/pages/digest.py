"""One digest as a page of the site, drawn from its frozen words without any reader's links."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from newsletter.models import Digest
from newsletter.rendering.links import absolute
from subscribers.models import Newsletter
from subscribers.moments import clock_in_words, place_in_words


@require_safe
def digest(request: HttpRequest, slug: str, occurrence: str) -> HttpResponse:
    """`/newsletters/<slug>/<occurrence>/`; 404 until the first reader may have it."""
    found = gone_out(slug=slug, occurrence=occurrence)
    if found is None or found.revision is None:
        raise Http404
    context = {
        "digest": found,
        "newsletter": found.newsletter,
        "only": [found.newsletter],
        "page": at_home(found.revision.page),
        "revision": found.revision,
        "corrected": _day(found.corrected_at, found.newsletter),
        "canonical": absolute(found.get_absolute_url()),
    }
    return render(request, "newsletter/digest.html", context)


def _day(at: datetime | None, newsletter: Newsletter) -> str:
    """ "24 November 2026, 7:10 am London time": when what stands here was corrected."""
    if at is None:
        return ""
    local = at.astimezone(newsletter.zone)
    place = place_in_words(newsletter.zone)
    return f"{local.day} {local:%B} {local.year}, {clock_in_words(local)} {place}"


def gone_out(*, slug: str, occurrence: str) -> Digest | None:
    """The digest of an address, once sending has begun; also one stopped half-way."""
    return (
        Digest.objects.filter(
            newsletter__slug=slug,
            occurrence=occurrence,
            sending_at__isnull=False,
            revision__isnull=False,
        )
        .select_related("newsletter", "revision")
        .defer("revision__html", "revision__text")
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
