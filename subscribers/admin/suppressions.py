"""Whom we do not mail: looked up by address or domain, set and lifted with a reason.

An address is kept as a keyed hash only, so it is typed to be found; by POST, so that it gets into
no log of the web server's.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import UnfoldAdminTextInputWidget

from subscribers import suppression
from subscribers.addresses import AddressError, parse
from subscribers.admin import blocking
from subscribers.admin.blocking import BLOCK, LIFT, NEEDS
from subscribers.admin.read_only import ReadOnlyAdmin
from subscribers.clock import database_now
from subscribers.models import Subscriber, SuppressedDomain, Suppression

LOOK_UP = "look_up"
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: a whole domain, or an address by its hash."""

    domain: str
    hashed: str = ""

    @property
    def found(self) -> Suppression | SuppressedDomain | None:
        """The row that keeps it from being mailed, by itself."""
        if self.hashed:
            return Suppression.objects.filter(address_hash=self.hashed).first()
        return SuppressedDomain.objects.filter(domain=self.domain).first()

    @property
    def whose(self) -> str:
        """The reader's number for the log, where the address itself must not stand."""
        readers = Subscriber.objects.filter(address_hash=self.hashed) if self.hashed else ()
        return "".join(f" (reader {one.pk})" for one in readers)


class SuppressionForm(forms.Form):
    """One address or domain, and why; the button says what to do with it."""

    what = forms.CharField(
        label="An address or a domain",
        max_length=254,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "email", "autocomplete": "off"}),
        help_text="anna@example.org, or example.org for everybody there.",
    )
    why = forms.CharField(
        label="Why",
        max_length=blocking.LONGEST,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="Needed to change anything. It stays on record, so write no address.",
    )
    act = forms.ChoiceField(choices=[(one, one) for one in (LOOK_UP, BLOCK, LIFT)])

    def clean_what(self) -> Asked:
        typed: str = self.cleaned_data["what"].strip()
        try:
            address = parse(typed if "@" in typed else f"anybody@{typed}")
        except AddressError as error:
            raise forms.ValidationError(str(error)) from error
        hashed = suppression.address_hash(address.key) if "@" in typed else ""
        return Asked(domain=address.domain, hashed=hashed)

    def clean_why(self) -> str:
        return blocking.reason(self.cleaned_data["why"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("act") in NEEDS and not data.get("why"):
            self.add_error("why", blocking.SAY_WHY)
        return data


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    """One page for addresses and domains; there is nothing to open behind a row."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """GET lists what was set last. POST looks one up, or sets or lifts it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = SuppressionForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and form.cleaned_data["act"] in NEEDS:
            self._change(request, form.cleaned_data)
            return HttpResponseRedirect(reverse("admin:subscribers_suppression_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Not mailed",
            "form": form,
            "asked": form.cleaned_data.get("what") if form.is_valid() else None,
            "may_block": request.user.has_perm(NEEDS[BLOCK]),
            "may_lift": request.user.has_perm(NEEDS[LIFT]),
            "rows": _newest(),
            "domains": SuppressedDomain.objects.order_by("-pk")[:SHOWN],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/desk/suppressions.html", context)

    def _change(self, request: HttpRequest, data: dict[str, Any]) -> None:
        act, asked, why = data["act"], data["what"], data["why"]
        if not request.user.has_perm(NEEDS[act]):
            raise PermissionDenied
        # Before, when it is lifted: there is none afterwards.
        before = asked.found
        if not _apply(asked, act, why):
            messages.info(request, blocking.NO_NEWS)
            return
        said = blocking.SAID[act]
        LogEntry.objects.log_actions(
            user_id=request.user.pk or 0,
            queryset=[before or asked.found],
            action_flag=CHANGE,
            change_message=f"{said}{asked.whose}: {why}",
        )
        messages.success(request, f"Done. {said}.")


def _apply(asked: Asked, act: str, why: str) -> bool:
    now = database_now()
    if asked.hashed:
        return blocking.change_address(hashed=asked.hashed, act=act, why=why, now=now)
    return blocking.change_domain(domain=asked.domain, act=act, why=why, now=now)


def _newest() -> list[tuple[Suppression, Subscriber | None]]:
    """With the reader who has the address, if there is one."""
    rows = list(Suppression.objects.order_by("-pk")[:SHOWN])
    readers = {
        one.address_hash: one
        for one in Subscriber.objects.filter(address_hash__in=[row.address_hash for row in rows])
    }
    return [(row, readers.get(row.address_hash)) for row in rows]
