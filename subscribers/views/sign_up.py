"""The front page with its form, and what the form is sent to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from subscribers import addresses, network, ratelimit
from subscribers.cross_site import is_cross_site
from subscribers.forms import SignUpForm, page_in_words, read_sign_up
from subscribers.offers import offers, open_newsletters
from subscribers.signup import sign_up
from subscribers.wording import consent_sentence


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The newsletters, and one form for several at once."""
    context = {
        "offers": offers(newsletters=open_newsletters(), chosen=request.GET.getlist("newsletters")),
        "consent": consent_sentence(),
    }
    return render(request, "subscribers/front.html", context)


@csrf_exempt  # subscribers.cross_site says why
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Take a sign-up. The answer is the same whoever the address belongs to."""
    if request.method != "POST":
        return front(request)
    if is_cross_site(request):
        return render(request, "subscribers/cross_site.html", status=403)
    form = read_sign_up(data=request.POST, newsletters=open_newsletters())
    if form.address is None or not form.chosen:
        return _form_again(request, form, status=422)
    where, now = network.of_request(request), timezone.now()
    try:
        ratelimit.count_sign_up(network=where, now=now)
    except ratelimit.TooMany as error:
        response = _form_again(request, form, status=429, minutes=error.minutes)
        response["Retry-After"] = str(error.minutes * 60)
        return response
    sign_up(
        address=form.address,
        newsletter_ids=[newsletter.pk for newsletter in form.chosen],
        page=page_in_words(form.path),
        network=where,
        now=now,
    )
    context = {"address": form.typed.strip(), "meant": addresses.meant(form.typed)}
    response = render(request, "subscribers/check_your_inbox.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _form_again(
    request: HttpRequest, form: SignUpForm, *, status: int, minutes: int = 0
) -> HttpResponse:
    context = {
        "form": form,
        "offers": offers(newsletters=open_newsletters(), chosen=form.slugs),
        "consent": consent_sentence(),
        "minutes": minutes,
    }
    return render(request, "subscribers/front.html", context, status=status)
