"""Sources: the feeds that stories come from."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, URLField
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from newsletter import wake
from newsletter.models import Feed
from subscribers.admin.chips import Look, chip

WAITS = Look("hourglass_top", "slate")
WORKS = Look("check_circle", "leaf")
FAILS = Look("error", "signal")
OFF = Look("pause_circle", "amber")


@admin.register(Feed)
class FeedAdmin(ModelAdmin):
    """A feed is fetched soon after it is saved, then by itself; "Fetch now" does not wait."""

    when_empty = (
        "There is no source yet. Add a feed (RSS, Atom or JSON) and its stories come "
        "in by themselves."
    )
    add_words = "Add a source"
    list_display = ("name", "health", "outcome", "kind", "fetched_at")
    list_filter = ("is_active", "kind", "good_news")
    search_fields = ("name", "url")
    actions = ("fetch_now",)
    fields = ("name", "url", "kind", "good_news", "is_active", "every_minutes")
    # Django 6 will read a bare "example.org" so by itself.
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    change_form_outer_before_template = "admin/desk/source.html"

    @admin.display(description="state")
    def health(self, feed: Feed) -> SafeString:
        return health(feed)

    def save_model(
        self, request: HttpRequest, obj: Feed, form: ModelForm[Feed], change: Any
    ) -> None:
        if {"url", "kind"} & set(form.changed_data):
            # "Not changed" would be said of what was read from there, or read in that way.
            obj.etag = obj.last_modified = ""
        super().save_model(request, obj, form, change)
        if obj.is_active and (not change or {"url", "is_active"} & set(form.changed_data)):
            wake.send(wake.FETCH_FEED, feed_id=obj.pk)
            messages.info(request, f"{obj} will be fetched in a moment.")

    @admin.action(description="Fetch now", permissions=["change"])
    def fetch_now(self, request: HttpRequest, queryset: QuerySet[Feed]) -> None:
        for feed_id in queryset.values_list("pk", flat=True):
            wake.send(wake.FETCH_FEED, feed_id=feed_id)
        messages.success(request, "Fetching. The last result shows here in a moment.")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.fetch_view))
        return [
            path("<int:feed_id>/fetch/", view, name="newsletter_feed_fetch"),
            *super().get_urls(),
        ]

    def fetch_view(self, request: HttpRequest, feed_id: int) -> HttpResponse:
        """Wake a worker to fetch one feed."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        feed = get_object_or_404(Feed, pk=feed_id)
        wake.send(wake.FETCH_FEED, feed_id=feed.pk)
        messages.success(request, f"Fetching {feed}. The last result shows here in a moment.")
        return HttpResponseRedirect(reverse("admin:newsletter_feed_change", args=[feed.pk]))


def health(feed: Feed) -> SafeString:
    """How a feed does, as a chip."""
    if not feed.is_active:
        return chip(look=OFF, word="not fetched")
    if feed.failures:
        return chip(look=FAILS, word=f"failed {feed.failures}x")
    if feed.fetched_at is None:
        return chip(look=WAITS, word="not fetched yet")
    return chip(look=WORKS, word="works")
