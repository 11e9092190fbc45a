"""The page for the code at log-in, and "Your account", where codes are switched on and off."""

from typing import Any

import django_otp
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminTextInputWidget

from config.entering import codes
from config.entering.codes import TooManyTries, WrongCode
from config.models import StaffUser


class CodeForm(forms.Form):
    """One code, of the app or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        widget=UnfoldAdminTextInputWidget(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": "Type the code."},
    )


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """The second step: GET asks for a code, POST looks at it and goes on to where one was going."""
    person = _person(request)
    if not codes.is_on(person=person) or getattr(person, "otp_device", None):
        return HttpResponseRedirect(_next(request))
    form = CodeForm(request.POST if request.method == "POST" else None)
    # The page asks for nothing else.
    form.fields["code"].widget.attrs["autofocus"] = True
    if form.is_valid():
        try:
            device = codes.check(person=person, typed=form.cleaned_data["code"])
        except (WrongCode, TooManyTries) as refusal:
            form.add_error("code", str(refusal))
        else:
            django_otp.login(request, device)
            # A session that somebody knew from before the second step is worth nothing after it.
            request.session.cycle_key()
            return HttpResponseRedirect(_next(request))
    context = {"title": "One more step", "form": form, "next": _next(request)}
    return _page(request, "code.html", context)


@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Whether codes are on, with what can be done about it. Changes nothing."""
    return _account(request, CodeForm())


@never_cache
@require_POST
def change(request: HttpRequest, act: str) -> HttpResponse:
    """Do one of `ACTS`: each but the first needs a code."""
    person = _person(request)
    if act == "begin":
        codes.begin(person=person)
        return HttpResponseRedirect(reverse("desk_account"))
    if act not in ACTS:
        raise Http404
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            return ACTS[act](request, person, form.cleaned_data["code"])
        except (WrongCode, TooManyTries) as refusal:
            form.add_error("code", str(refusal))
    return _account(request, form, act)


def _confirm(request: HttpRequest, person: StaffUser, typed: str) -> HttpResponse:
    device, made = codes.confirm(person=person, typed=typed)
    django_otp.login(request, device)
    request.session.cycle_key()
    return _codes(request, made, "Codes are on. From the next log-in on you are asked for one.")


def _recovery(request: HttpRequest, person: StaffUser, typed: str) -> HttpResponse:
    codes.check(person=person, typed=typed)
    made = codes.new_recovery_codes(person=person)
    return _codes(request, made, "These are new. The ones from before are worth nothing now.")


def _off(request: HttpRequest, person: StaffUser, typed: str) -> HttpResponse:
    codes.check(person=person, typed=typed)
    codes.switch_off(person=person, by=person, now=timezone.now())
    messages.success(request, "Codes are off. Your name and password are enough to log in.")
    return HttpResponseRedirect(reverse("desk_account"))


ACTS = {"confirm": _confirm, "recovery": _recovery, "off": _off}


def _codes(request: HttpRequest, made: list[str], said: str) -> HttpResponse:
    """In the answer itself and nowhere else: they are shown once."""
    context = {"title": "Recovery codes", "codes": made, "said": said}
    return _page(request, "recovery_codes.html", context)


def _account(request: HttpRequest, form: CodeForm, act: str = "") -> HttpResponse:
    person = _person(request)
    is_on = codes.is_on(person=person)
    device = None if is_on else codes.begun(person=person)
    context = {
        "title": "Your account",
        "form": form,
        # Whose form was sent, so that the words about a wrong code stand beside it.
        "act": act,
        "is_on": is_on,
        "left": codes.recovery_left(person=person) if is_on else 0,
        "secret": codes.secret(device) if device else "",
        "picture": codes.picture(device) if device else "",
        "must": settings.REQUIRE_TOTP and not is_on,
    }
    return _page(request, "account.html", context)


def _person(request: HttpRequest) -> StaffUser:
    if not isinstance(request.user, StaffUser):
        raise PermissionDenied
    return request.user


def _next(request: HttpRequest) -> str:
    """A page of this site; Today for anything else."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if here else reverse("admin:index")


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    whole = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, f"admin/desk/{template}", whole)
