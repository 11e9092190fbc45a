"""Newsletters: their name, sender and words, and the schedule that opens their mails."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, StackedInline

from newsletter.admin.schedule_form import ScheduleForm
from newsletter.admin.sections import urls as sections
from newsletter.admin.uploads import own_copy
from newsletter.models import Schedule
from newsletter.scheduling.recurrence import next_run
from newsletter.scheduling.words import in_words
from subscribers.admin.chips import Look, chip
from subscribers.models import Newsletter
from subscribers.moments import moment_in_words

RULE = ("is_active", "weekdays", "local_time", "approval", "approvers")
CONTENT = (
    "layout",
    "good_news_only",
    "min_stories",
    "max_age_hours",
    "leaves_out",
    "leaves_out_days",
)
LIMITS = ("lead_time_minutes", "lock_minutes", "grace_minutes")
SCHEDULE_FIELDSETS = (
    (None, {"fields": RULE}),
    ("What goes in", {"fields": CONTENT}),
    ("How early and how late", {"fields": LIMITS}),
)


class NewsletterForm(forms.ModelForm[Newsletter]):
    """A newsletter; of a chosen picture only our own copy is kept and shown."""

    class Meta:
        model = Newsletter
        fields = ("picture",)

    def clean_picture(self) -> Any:
        return own_copy(self.cleaned_data["picture"])


class ScheduleInline(StackedInline):
    """The newsletter's one schedule, on its page."""

    model = Schedule
    form = ScheduleForm
    fieldsets = SCHEDULE_FIELDSETS
    extra = 0
    min_num = 0
    max_num = 1
    hide_title = True


@admin.register(Newsletter)
class NewsletterAdmin(ModelAdmin):
    """What a reader joins. A mail takes its sender from here when it is approved."""

    form = NewsletterForm
    change_form_outer_before_template = "admin/desk/sections_link.html"
    list_display = ("name", "goes_out", "from_name", "time_zone", "is_open")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    inlines = (ScheduleInline,)
    autocomplete_fields = ("promotes",)
    fieldsets = (
        (None, {"fields": ("name", "slug", "tagline", "description", "picture", "writer")}),
        ("Sender", {"fields": ("from_name", "from_address", "reply_to")}),
        ("New readers", {"fields": ("welcome",)}),
        (
            "Where and how it shows",
            {"fields": ("time_zone", "language", "accent", "promotes", "is_open", "position")},
        ),
        ("What is counted", {"fields": ("tracks_clicks",)}),
    )

    def get_urls(self) -> list[URLPattern]:
        return [*sections.urls(self.admin_site), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Newsletter]:
        newsletters: QuerySet[Newsletter] = super().get_queryset(request)
        return newsletters.select_related("schedule")

    @admin.display(description="goes out")
    def goes_out(self, newsletter: Newsletter) -> str:
        try:
            return in_words(newsletter.schedule)
        except Schedule.DoesNotExist:
            return "no schedule: only by hand"

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        for row in formset.forms:
            if row.has_changed():
                start_from_now(row.instance)
        super().save_formset(request, form, formset, change)


@admin.register(Schedule)
class ScheduleAdmin(ModelAdmin):
    """When each newsletter goes out next."""

    form = ScheduleForm
    change_form_outer_before_template = "admin/desk/sections_link.html"
    fieldsets = ((None, {"fields": ("newsletter", *RULE)}), *SCHEDULE_FIELDSETS[1:])
    list_display = ("newsletter", "rule", "next", "approval", "working")
    list_select_related = ("newsletter",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("newsletter",) if obj else ()

    @admin.display(description="rule")
    def rule(self, schedule: Schedule) -> str:
        return in_words(schedule)

    @admin.display(description="next")
    def next(self, schedule: Schedule) -> SafeString | str:
        now = timezone.now()
        run = next_run(schedule=schedule, after=max(now, schedule.effective_from))
        if run is None or not schedule.is_active:
            return "-"
        due = run.own_time
        moment = moment_in_words(at=due, now=now, zone=schedule.newsletter.zone)
        return format_html('<time datetime="{}">{}</time>', due.isoformat(), moment)

    @admin.display(description="by itself")
    def working(self, schedule: Schedule) -> SafeString:
        if schedule.is_active:
            return chip(look=Look("check_circle", "leaf"), word="on")
        return chip(look=Look("pause_circle", "amber"), word="off")

    def save_model(
        self, request: HttpRequest, obj: Schedule, form: ScheduleForm, change: Any
    ) -> None:
        if form.has_changed():
            start_from_now(obj)
        super().save_model(request, obj, form, change)


def start_from_now(schedule: Schedule) -> None:
    """A new or changed schedule does not fire for times already past."""
    schedule.effective_from = timezone.now()
    schedule.looks_at = None
