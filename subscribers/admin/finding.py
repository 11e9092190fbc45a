"""Readers > Find: by address, sent by POST, so that it gets into no log of the web server's."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from subscribers.addresses import AddressError, normalise
from subscribers.models import Subscriber

SHOWN = 50


class FindForm(forms.Form):
    """An address, or how it begins."""

    address = forms.CharField(
        label="An address, or how it begins",
        max_length=254,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "email", "autocomplete": "off"}),
    )


class FindPage(ModelAdmin):
    """The page, and the field above the list that leads to it."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.find_view)
        return [path("find/", view, name="subscribers_find"), *super().get_urls()]

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """GET shows the field. POST leads to the only one that is found, or shows the first 50."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = FindForm(request.POST if request.method == "POST" else None)
        found = list(_found(form.cleaned_data["address"])[: SHOWN + 1]) if form.is_valid() else []
        if len(found) == 1:
            url = reverse("admin:subscribers_subscriber_change", args=[found[0].pk])
            return HttpResponseRedirect(url)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Find a reader",
            "form": form,
            "found": found[:SHOWN],
            "are_more": len(found) > SHOWN,
        }
        return TemplateResponse(request, "admin/desk/find.html", context)


def _found(typed: str) -> QuerySet[Subscriber]:
    """By the normalised key: a whole address finds one person, a beginning finds several."""
    try:
        return Subscriber.objects.filter(address_key=normalise(typed))
    except AddressError:
        begins = Subscriber.objects.filter(address_key__startswith=typed.strip().lower())
        return begins.order_by("address_key")
