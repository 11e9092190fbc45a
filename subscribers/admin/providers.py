"""Providers: which ones there are, in which order, and what holds them back."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from subscribers.admin.read_only import ReadOnlyAdmin
from subscribers.models import ProviderState


@admin.register(ProviderState)
class ProviderStateAdmin(ReadOnlyAdmin):
    """What is in force, for everything that mails; workers write it."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every provider in the order of EMAIL_PROVIDERS, with its state when it has one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        states = {state.name: state for state in ProviderState.objects.all()}
        now = timezone.now()
        rows = [
            _row(place, name, states.get(name), now)
            for place, name in enumerate(settings.EMAIL_PROVIDERS, 1)
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": "Providers",
            "opts": self.opts,
            "rows": rows,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/desk/providers.html", context)


def _row(place: int, name: str, state: ProviderState | None, now: datetime) -> dict[str, Any]:
    waits = bool(state and state.not_before and state.not_before > now)
    return {"place": place, "name": name, "state": state, "waits": waits}
