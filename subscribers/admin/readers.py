"""Readers: who gets what, since when, and how that is known."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from subscribers import subscriptions, suppression
from subscribers.admin import blocking, reader_acts
from subscribers.admin.chips import Look, chip
from subscribers.admin.finding import FindPage
from subscribers.admin.lists import LongList
from subscribers.admin.privacy_actions import PrivacyActions
from subscribers.admin.reader_rhythm import RhythmPages, panel
from subscribers.admin.timeline import timeline
from subscribers.admin.transfer import TransferPages
from subscribers.clock import database_now
from subscribers.ledger import BY_DESK
from subscribers.models import Newsletter, Subscriber, Subscription

STATES = {
    Subscription.State.PENDING: Look("hourglass_top", "amber"),
    Subscription.State.ACTIVE: Look("check_circle", "leaf"),
    Subscription.State.ENDED: Look("logout", "slate"),
}


class GetsFilter(admin.SimpleListFilter):
    """Readers who get one newsletter now."""

    title = "gets"
    parameter_name = "gets"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(newsletter.slug, newsletter.name) for newsletter in Newsletter.objects.all()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Subscriber]
    ) -> QuerySet[Subscriber]:
        if not self.value():
            return queryset
        active = Subscription.objects.filter(
            subscriber=OuterRef("pk"),
            newsletter__slug=self.value(),
            state=Subscription.State.ACTIVE,
        )
        return queryset.filter(Exists(active))


@admin.register(Subscriber)
class SubscriberAdmin(FindPage, TransferPages, RhythmPages, PrivacyActions):
    """Shows a reader and what is on record; ends a subscription, exports and erases for him."""

    when_empty = (
        "There is no reader yet. They sign up on the front page; those you have "
        "already come in by Import."
    )
    list_display = ("__str__", "name", "gets", "created_at")
    list_filter = (GetsFilter,)
    # Counting a million rows to say "of a million" costs more than the page.
    show_full_result_count = False
    list_per_page = 50
    fields = ("address", "name", "created_at", "erased_at")
    change_form_outer_after_template = "admin/desk/reader.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        readers: QuerySet[Subscriber] = super().get_queryset(request)
        return readers.prefetch_related("subscriptions__newsletter")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LongList]:
        return LongList

    @admin.display(description="newsletters")
    def gets(self, reader: Subscriber) -> SafeString | str:
        chips = format_html_join(
            " ",
            "{}",
            (
                (chip(look=STATES[Subscription.State(s.state)], word=_in_words(s)),)
                for s in reader.subscriptions.all()
            ),
        )
        return chips or "nothing"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The reader with his subscriptions and his line of time."""
        reader = self.get_object(request, object_id)
        context = {"title": "Reader", **(extra_context or {})}
        if reader:
            context["subscriptions"] = [
                (row, chip(look=STATES[Subscription.State(row.state)], word=_in_words(row)))
                for row in reader.subscriptions.all()
            ]
            context["rhythm"] = panel(request=request, reader=reader)
            context["happenings"] = timeline(subscriber=reader, may=request.user.has_perm)
            context["may_unsubscribe"] = _may_unsubscribe(request)
            context["switch"] = blocking.offered(request=request, reader=reader)
            context["may_hand_over"] = self.has_hand_over_permission(request)
            context["may_erase"] = self.has_erase_permission(request) and not reader.erased_at
            context["acts"] = reader_acts.offered(request=request, reader=reader)
        page: HttpResponse = super().change_view(request, object_id, form_url, context)
        return page

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.unsubscribe))
        act = self.admin_site.admin_view(require_POST(self.act))
        block = self.admin_site.admin_view(require_POST(self.block))
        return [
            path("<int:reader_id>/mail/<slug:name>/", block, name="subscribers_subscriber_block"),
            path("<int:reader_id>/do/<slug:name>/", act, name="subscribers_subscriber_act"),
            path(
                "<int:reader_id>/unsubscribe/<int:newsletter_id>/",
                view,
                name="subscribers_subscriber_unsubscribe",
            ),
            *super().get_urls(),
        ]

    def act(self, request: HttpRequest, reader_id: int, name: str) -> HttpResponse:
        """Do one of `reader_acts` for a reader, and say what came of it."""
        act = reader_acts.ACTS.get(name)
        if act is None:
            raise Http404
        if not request.user.has_perm(act.permission):
            raise PermissionDenied
        reader = get_object_or_404(Subscriber, pk=reader_id)
        is_done, words = act.run(reader, timezone.now())
        if is_done:
            self.log_change(request, reader, f"{act.label}.")
        (messages.success if is_done else messages.warning)(request, words)
        return _back_to(reader_id)

    def block(self, request: HttpRequest, reader_id: int, name: str) -> HttpResponse:
        """Keep a reader from being mailed, or let him be mailed again, with the reason."""
        if name not in blocking.NEEDS:
            raise Http404
        if not request.user.has_perm(blocking.NEEDS[name]):
            raise PermissionDenied
        reader = get_object_or_404(Subscriber, pk=reader_id)
        why, said = blocking.reason(request.POST.get("why", "")), blocking.SAID[name]
        try:
            done = not reader.erased_at and blocking.change_address(
                hashed=reader.address_hash, act=name, why=why, now=database_now()
            )
        except suppression.ReasonMissing:
            messages.error(request, blocking.SAY_WHY)
            return _back_to(reader_id)
        if done:
            self.log_change(request, reader, f"{said}: {why}")
            messages.success(request, f"Done. {said}.")
        else:
            messages.info(request, blocking.NO_NEWS)
        return _back_to(reader_id)

    def unsubscribe(self, request: HttpRequest, reader_id: int, newsletter_id: int) -> HttpResponse:
        """End one subscription, because the reader asked for it by other means than the link."""
        if not _may_unsubscribe(request):
            raise PermissionDenied
        reader = get_object_or_404(Subscriber, pk=reader_id)
        newsletter = get_object_or_404(Newsletter, pk=newsletter_id)
        subscriptions.leave(
            subscriber_id=reader.pk,
            newsletter_id=newsletter.pk,
            proof=BY_DESK,
            now=timezone.now(),
        )
        self.log_change(request, reader, f"Unsubscribed from {newsletter}.")
        messages.success(request, f"Done. {reader} gets no more {newsletter}.")
        return _back_to(reader_id)


def _back_to(reader_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:subscribers_subscriber_change", args=[reader_id]))


def _may_unsubscribe(request: HttpRequest) -> bool:
    return request.user.has_perm("subscribers.change_subscription")


def _in_words(subscription: Subscription) -> str:
    state = Subscription.State(subscription.state)
    if state is Subscription.State.ACTIVE:
        return subscription.newsletter.name
    return f"{subscription.newsletter.name}: {subscription.reason or state.label}"
