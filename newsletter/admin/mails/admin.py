"""The list of mails, and the addresses of their pages."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from newsletter.admin.mails import new, page, preview, status, views
from newsletter.admin.mails.looks import UNKNOWN, state_chip
from newsletter.delivery.counts import Counts, counts
from newsletter.models import Digest
from subscribers.admin.chips import chip


class MailList(ChangeList):
    """The list with the counts of all mails on the page, in two queries for the whole page."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        found = counts(digest_ids=[digest.pk for digest in self.result_list])
        for digest in self.result_list:
            digest.counts = found.get(digest.pk, Counts())


@admin.register(Digest)
class DigestAdmin(ModelAdmin):
    """Mails at a glance. Everything that changes one goes through its own page."""

    list_display = (
        "what",
        "state_shown",
        "newsletter",
        "occurrence",
        "when",
        "audience",
        "accepted",
        "failed",
        "unknown",
        "left",
    )
    list_filter = ("newsletter", "state")
    list_select_related = ("newsletter",)
    search_fields = ("subject", "occurrence")
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[MailList]:
        return MailList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Digest]:
        return super().get_queryset(request).defer("intro", "sign_off")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A mail is cancelled, never deleted: its occurrence and its history stay true."""
        return False

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:newsletter_digest_new"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page where it is written; see `page`."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        digest = self.get_object(request, object_id)
        if digest is None:
            raise Http404
        return page.change_page(
            site=self.admin_site, opts=self.opts, request=request, digest=digest
        )

    def get_urls(self) -> list[URLPattern]:
        routes = (
            ("new/", new.new_mail, "new"),
            ("<int:pk>/preview/", preview.preview, "preview"),
            ("<int:pk>/frame/", preview.frame, "frame"),
            ("<int:pk>/test/", views.send_test, "test"),
            ("<int:pk>/schedule/", views.schedule, "schedule"),
            ("<int:pk>/do/<slug:key>/", views.step, "step"),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"newsletter_digest_{name}")
            for route, view, name in routes
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="subject", ordering="subject")
    def what(self, digest: Digest) -> str:
        return digest.subject or "No subject yet"

    @admin.display(description="state", ordering="state")
    def state_shown(self, digest: Digest) -> SafeString:
        return state_chip(digest.state)

    @admin.display(description="time", ordering="release_at")
    def when(self, digest: Digest) -> str:
        return status.when(digest)

    @admin.display(description="readers")
    def audience(self, digest: Digest) -> str:
        return _number(digest, "audience")

    @admin.display(description="accepted")
    def accepted(self, digest: Digest) -> str:
        return _number(digest, "accepted")

    @admin.display(description="failed")
    def failed(self, digest: Digest) -> str:
        return _number(digest, "failed")

    @admin.display(description="unknown")
    def unknown(self, digest: Digest) -> SafeString | str:
        number = _number(digest, "unknown")
        return number if number in {"", "0"} else chip(look=UNKNOWN, word=number)

    @admin.display(description="left before")
    def left(self, digest: Digest) -> str:
        return _number(digest, "left")


def _number(digest: Digest, name: str) -> str:
    """A count of the list; empty before there are recipients."""
    found: Counts = getattr(digest, "counts", Counts())
    return f"{getattr(found, name):,}" if found.audience else ""
