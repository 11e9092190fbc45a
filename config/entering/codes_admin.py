"""Taking the codes of somebody away who lost his phone and his recovery codes."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from config.entering import codes
from config.models import StaffUser


class TakesCodesAway(admin.ModelAdmin[Any]):
    """For the admin of accounts: a page that asks, behind the right to change the account."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.take_codes)
        return [
            path("<int:pk>/take-codes/", view, name="config_staffuser_take_codes"),
            *super().get_urls(),
        ]

    def take_codes(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET asks, POST does it."""
        person = get_object_or_404(StaffUser, pk=pk)
        by = request.user
        if not self.has_change_permission(request, person) or not isinstance(by, StaffUser):
            raise PermissionDenied
        if request.method == "POST":
            if codes.switch_off(person=person, by=by, now=timezone.now()):
                messages.success(request, f"Done. {person} logs in without a code.")
            else:
                messages.info(request, "Codes were off already.")
            return HttpResponseRedirect(reverse("admin:config_staffuser_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Take codes away",
            "person": person,
        }
        return TemplateResponse(request, "admin/desk/take_codes.html", context)
