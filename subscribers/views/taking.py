"""What every sign-up form leads to, wherever it stands: its answers, and when a person is asked."""

from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control

from subscribers import addresses
from subscribers.abuse import network, ratelimit
from subscribers.abuse.cross_site import is_cross_site
from subscribers.forms import SignUpForm, page_in_words, read_sign_up
from subscribers.models import Newsletter
from subscribers.naming import listed
from subscribers.offers import Offer, offers
from subscribers.signup import sign_up
from subscribers.views import kept_page
from subscribers.views.shared_copies import COPIES
from subscribers.wording import consent_sentence


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form stands: the address it is sent to, what it offers and the pages it is shown by.

    `newsletter` is set where there is only one.
    """

    action: str
    offered: list[Newsletter]
    form: str
    once_more: str
    inbox: str
    newsletter: Newsletter | None = None


def form_page(
    request: HttpRequest,
    place: Place,
    *,
    form: SignUpForm | None = None,
    chosen: list[str] | None = None,
    status: int = 200,
    minutes: int = 0,
) -> HttpResponse:
    """The form, empty or with what was typed and what is wrong with it."""
    shown = offers(newsletters=place.offered, chosen=form.slugs if form else chosen or [])
    context = {
        "form": form,
        "offers": shown,
        "offer": shown[0] if place.newsletter else None,
        "consent": consent_sentence(),
        "minutes": minutes,
        "newsletter": place.newsletter,
        "action": place.action,
        "picture": _picture(shown),
    }
    response = render(request, place.form, context, status=status)
    if form is None:
        patch_cache_control(response, **COPIES)
    return response


def _picture(shown: list[Offer]) -> str:
    """The first newsletter's picture, for the cards of links; "" when it has none."""
    pictures = [offer.newsletter.picture for offer in shown if offer.newsletter.picture]
    return urljoin(settings.SITE_URL, pictures[0].url) if pictures else ""


def take(request: HttpRequest, place: Place) -> HttpResponse:
    """Take a sign-up. The answer is the same whoever the address belongs to.

    What comes from another site, or at the pace of a robot, is not refused: it is shown on a page
    of ours with one button, which a foreign page cannot press.
    """
    now = timezone.now()
    form = read_sign_up(data=request.POST, newsletters=place.offered, now=now)
    if form.address is None or not form.chosen:
        return _kept_by_nobody(form_page(request, place, form=form, status=422))
    is_foreign = is_cross_site(request)
    if is_foreign or not form.is_by_hand:
        page = place.action if is_foreign else form.path
        return _kept_by_nobody(_once_more(request, place, form, page=page))
    try:
        ratelimit.count_sign_up(network=network.counted(request), now=now)
        sign_up(
            address=form.address,
            newsletter_ids=[newsletter.pk for newsletter in form.chosen],
            page=page_in_words(form.path),
            network=network.of_request(request),
            now=now,
        )
    except ratelimit.TooMany as error:
        response = form_page(request, place, form=form, status=429, minutes=error.minutes)
        response["Retry-After"] = str(error.minutes * 60)
        return _kept_by_nobody(response)
    return _kept_by_nobody(_check_your_inbox(request, place, form))


def _once_more(request: HttpRequest, place: Place, form: SignUpForm, *, page: str) -> HttpResponse:
    context = {
        "form": form,
        # Browsers send a domain of other letters in ASCII.
        "address": addresses.shown(form.typed.strip()),
        "page": page,
        "names": listed([newsletter.name for newsletter in form.chosen]),
        "newsletter": place.newsletter,
        "action": place.action,
        "consent": consent_sentence(),
    }
    return render(request, place.once_more, context)


def _check_your_inbox(request: HttpRequest, place: Place, form: SignUpForm) -> HttpResponse:
    address = addresses.shown(form.typed.strip())
    context = {"newsletter": place.newsletter, "action": place.action}
    if form.meant:
        return render(request, place.inbox, {**context, "address": address, "meant": form.meant})
    # What a flood of sign-ups is answered with, and so most of what the site has to draw.
    page = kept_page.filled(request, place.inbox, context, name="address", word=address)
    return HttpResponse(page)


def _kept_by_nobody(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
