"""The page of one newsletter: what it is, who writes it, the latest one, and sign-up."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from newsletter.models import Author
from newsletter.pages.archive import archive, past
from newsletter.rendering.links import absolute
from subscribers.models import Newsletter
from subscribers.offers import offers
from subscribers.views.shared_copies import for_everybody
from subscribers.welcome import welcomes


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's address and its size in pixels."""

    url: str
    width: int
    height: int


@require_safe
@for_everybody
def newsletter(request: HttpRequest, slug: str) -> HttpResponse:
    """`/newsletters/<slug>/`, with the past mails below; `?before=` leads to the older ones."""
    found = get_object_or_404(Newsletter, slug=slug)
    if request.GET.get("before"):
        return past(request, found)
    picture = picture_of(found)
    context = {
        "newsletter": found,
        "offer": offers(newsletters=[found])[0],
        "only": [found],
        "comes": welcomes(newsletters=[found], now=timezone.now())[0].comes,
        "picture": picture,
        "card_picture": absolute(picture.url) if picture else "",
        "canonical": absolute(found.get_absolute_url()),
        **archive(newsletter=found, before="", now=timezone.now()),
    }
    return render(request, "newsletter/newsletter.html", context)


def picture_of(found: Newsletter | Author) -> Picture | None:
    """Its picture; None without one, or when the file is gone or cannot be read."""
    if not found.picture:
        return None
    try:
        width, height = found.picture.width, found.picture.height
    except OSError:
        return None
    if not (width and height):
        return None
    return Picture(url=found.picture.url, width=width, height=height)
