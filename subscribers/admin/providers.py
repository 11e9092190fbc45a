"""Providers: in which order, how they do, and the limits that staff set."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from subscribers.admin.limits_form import MAKE, LimitsForm
from subscribers.admin.provider_words import words
from subscribers.admin.read_only import ReadOnlyAdmin
from subscribers.clock import database_now
from subscribers.mailing import limit_settings
from subscribers.models import ProviderState

CHANGE = "subscribers.change_providerstate"


@admin.register(ProviderState)
class ProviderStateAdmin(ReadOnlyAdmin):
    """Rows are written by workers; what staff may set has a form of its own."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every provider in the order of EMAIL_PROVIDERS, with its state when it has one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        states = {state.name: state for state in ProviderState.objects.all()}
        now = database_now()
        rows = [
            words(place=place, name=name, state=states.get(name), now=now)
            for place, name in enumerate(settings.EMAIL_PROVIDERS, 1)
        ]
        return self._page(
            request,
            "providers.html",
            title="Providers",
            rows=rows,
            may_change=request.user.has_perm(CHANGE),
            **(extra_context or {}),
        )

    def get_urls(self) -> list[URLPattern]:
        own: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("<str:name>/limits/", self.limits_view, "limits"),
            ("<str:name>/use-again/", require_POST(self.use_again_view), "use_again"),
        ]
        return [
            *(
                path(route, self.admin_site.admin_view(view), name=f"subscribers_provider_{name}")
                for route, view, name in own
            ),
            *super().get_urls(),
        ]

    def limits_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """The form; POST saves it, or only fills in a warm-up plan to look at."""
        by = _changer(request, name)
        row = ProviderState.objects.filter(name=name).first()
        initial = LimitsForm.values(limit_settings.of(row))
        posted = request.POST.dict() if request.method == "POST" else None
        form = LimitsForm(posted, initial=initial)
        if posted is not None and MAKE in posted:
            form.is_valid()
            form.offer_plan()
        elif form.is_valid():
            saved = limit_settings.save(provider=name, new=form.limits(), by=by, now=database_now())
            messages.success(
                request, f"Saved. In force for {name} at once." if saved else "Nothing was changed."
            )
            return _to_list()
        return self._page(
            request, "limits.html", title=f"Limits of {name}", name=name, form=form, make=MAKE
        )

    def use_again_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Workers may call it at once."""
        by = _changer(request, name)
        limit_settings.use_again(provider=name, by=by, now=database_now())
        messages.success(request, f"{name} is used again from now on.")
        return _to_list()

    def _page(self, request: HttpRequest, template: str, **more: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **more}
        return TemplateResponse(request, f"admin/desk/{template}", context)


def _changer(request: HttpRequest, name: str) -> int:
    """The id of the account that may change this provider; raises PermissionDenied, Http404."""
    if not request.user.has_perm(CHANGE) or request.user.pk is None:
        raise PermissionDenied
    if name not in settings.EMAIL_PROVIDERS:
        raise Http404
    return int(request.user.pk)


def _to_list() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:subscribers_providerstate_changelist"))
