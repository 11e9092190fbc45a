"""The list of mails, and the addresses of their pages."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from newsletter.admin import deliveries
from newsletter.admin.mails import (
    autosave,
    beside,
    correction,
    decisions,
    drawer,
    live,
    moments,
    new,
    outcome,
    page,
    preview,
    schedule,
    urgent,
    views,
)
from newsletter.admin.mails.looks import state_chip, with_urgency
from newsletter.admin.mails.tally import tally
from newsletter.delivery.counts import Counts, counts
from newsletter.models import Agreement, Digest
from newsletter.scheduling import board
from subscribers.admin.lists import LongList


class MailList(LongList):
    """The list with the counts of all mails on the page, in two queries for the whole page."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        mails: list[Any] = list(self.result_list)
        found = counts(digest_ids=[digest.pk for digest in mails])
        for digest in mails:
            digest.counts = found.get(digest.pk, Counts())
        self.result_list: list[Any] = mails


@admin.register(Digest)
class DigestAdmin(ModelAdmin):
    """Mails at a glance. Everything that changes one goes through its own page."""

    when_empty = (
        "There is no mail yet. A newsletter's schedule makes them by itself, and you "
        "can make one by hand."
    )
    add_words = "Make a mail"
    list_display = ("what", "state_shown", "when", "who", "readers")
    list_filter = ("newsletter", "state")
    list_select_related = ("newsletter__schedule",)
    search_fields = ("subject", "occurrence")
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[MailList]:
        return MailList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Digest]:
        mails: QuerySet[Digest] = super().get_queryset(request)
        waits = Agreement.objects.filter(digest=OuterRef("pk"), person__is_active=True)
        return mails.defer("intro", "sign_off").annotate(has_agreement=Exists(waits))

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
            ("urgent/", urgent.urgent_mail, "urgent"),
            ("<int:pk>/preview/", preview.preview, "preview"),
            ("<int:pk>/frame/", preview.frame, "frame"),
            ("<int:pk>/share/<slug:act>/", preview.share, "share"),
            ("<int:pk>/text/", beside.as_text, "text"),
            ("<int:pk>/stories/", drawer.stories, "stories"),
            ("<int:pk>/add/", drawer.add, "add"),
            ("<int:pk>/autosave/", autosave.autosave, "autosave"),
            ("<int:pk>/here/", autosave.here, "here"),
            ("<int:pk>/gone/", autosave.gone, "gone"),
            ("<int:pk>/test/", views.send_test, "test"),
            ("<int:pk>/schedule/", schedule.schedule, "schedule"),
            ("<int:pk>/do/<slug:key>/", views.step, "step"),
            ("<int:pk>/readers/", deliveries.deliveries, "deliveries"),
            ("<int:pk>/correct/", correction.correct, "correct"),
            ("<int:pk>/decide/<slug:key>/", decisions.decide, "decide"),
            ("<int:pk>/correct-reached/", decisions.correct_reached, "correct_reached"),
            ("<int:pk>/live/", live.fragment, "live"),
            ("<int:pk>/numbers.csv", outcome.as_csv, "numbers"),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"newsletter_digest_{name}")
            for route, view, name in routes
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="mail", ordering="subject")
    def what(self, digest: Digest) -> SafeString:
        return format_html(
            '<span class="desk-cell">{}<span class="desk-quiet">{} · {}</span></span>',
            digest.subject or "No subject yet",
            digest.newsletter,
            digest.dated,
        )

    @admin.display(description="state", ordering="state")
    def state_shown(self, digest: Digest) -> SafeString:
        return with_urgency(state_chip(digest.state), digest)

    @admin.display(description="time", ordering="release_at")
    def when(self, digest: Digest) -> str:
        return moments.when(digest, timezone.now())

    @admin.display(description="who acts")
    def who(self, digest: Digest) -> str:
        """Empty when nobody needs to."""
        return board.who_acts(digest, has_agreement=getattr(digest, "has_agreement", False))

    @admin.display(description="readers")
    def readers(self, digest: Digest) -> SafeString | str:
        """Counts at a glance; nothing before there are recipients."""
        return tally(getattr(digest, "counts", Counts()))
