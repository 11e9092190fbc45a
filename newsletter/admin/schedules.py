"""Schedules: the rule by which each newsletter goes out, and the days that differ from it."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, StackedInline, TabularInline

from newsletter.admin import next_runs
from newsletter.admin.schedule_form import DayForm, DaysFormSet, OwnScheduleForm, ScheduleForm
from newsletter.models import Schedule, ScheduleDay
from newsletter.scheduling import rule_changes
from newsletter.scheduling.forecast import ready_in_words
from newsletter.scheduling.recurrence import next_run
from newsletter.scheduling.words import for_staff
from subscribers.admin.chips import Look, chip
from subscribers.audience import count_by_frequency
from subscribers.clock import earlier_now
from subscribers.models import Subscription
from subscribers.moments import moment_in_words

WHEN = ("is_active", "weekdays", "local_time", "first_day", "last_day")
BY_READER = ("by_reader", "head_start_minutes")
WEEKLY = ("weekly_day", "weekly_time")
APPROVAL = ("approval", "approvers")
CONTENT = (
    "layout",
    "good_news_only",
    "min_stories",
    "max_age_hours",
    "leaves_out",
    "leaves_out_days",
)

LIMITS = ("lead_time_minutes", "lock_minutes", "grace_minutes", "finish_minutes")
AFTER_WHEN = (
    ("By each reader's clock", {"fields": BY_READER}),
    ("Once a week", {"fields": WEEKLY}),
    ("Who approves", {"fields": APPROVAL}),
    ("What goes in", {"fields": CONTENT}),
    ("How early and how late", {"fields": LIMITS}),
)


class ScheduleInline(StackedInline):
    """The newsletter's one schedule, on its page."""

    model = Schedule
    form = ScheduleForm
    fieldsets = (
        ("When", {"fields": WHEN}),
        ("Days that differ", {"fields": ("holidays",)}),
        *AFTER_WHEN,
    )
    extra = 0
    min_num = 0
    max_num = 1
    hide_title = True


class ScheduleDayInline(TabularInline):
    """Days left out and further ones; whoever may change the schedule may change them."""

    model = ScheduleDay
    form = DayForm
    formset = DaysFormSet
    extra = 0
    hide_title = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return any(
            request.user.has_perm(f"newsletter.{act}_schedule") for act in ("view", "change")
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("newsletter.change_schedule")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


OFF_FOR_WEEKLY = (
    "While the schedule is off they get nothing: switch it on again, or make “The week” by hand."
)


@admin.register(Schedule)
class ScheduleAdmin(ModelAdmin):
    """When each newsletter goes out next."""

    form = OwnScheduleForm
    inlines = (ScheduleDayInline,)
    change_form_outer_before_template = "admin/desk/sections_link.html"
    fieldsets = (
        ("When", {"fields": ("newsletter", *WHEN)}),
        (
            "Days that differ",
            {"fields": ("holidays",), "description": "Single days are named below."},
        ),
        *AFTER_WHEN,
    )
    when_empty = "No newsletter has a schedule yet, so every mail is made by hand."
    add_words = "Add a schedule"
    list_display = ("newsletter", "rule", "next", "approval", "working")
    list_select_related = ("newsletter",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Schedule]:
        schedules: QuerySet[Schedule] = super().get_queryset(request)
        return schedules.prefetch_related("days")

    def get_urls(self) -> list[URLPattern]:
        return [*next_runs.urls(self.admin_site), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("newsletter",) if obj else ()

    @admin.display(description="rule")
    def rule(self, schedule: Schedule) -> str:
        return in_one_line(schedule)

    @admin.display(description="next")
    def next(self, schedule: Schedule) -> SafeString | str:
        now = timezone.now()
        run = next_run(schedule=schedule, after=max(now, schedule.effective_from))
        if run is None or not schedule.is_active:
            return "-"
        due = run.own_time
        moment = moment_in_words(at=due, now=now, zone=schedule.newsletter.zone)
        return format_html(
            '<a class="desk-link" href="{}"><time datetime="{}">{}</time></a>',
            reverse("admin:newsletter_schedule_next_runs", args=[schedule.pk]),
            due.isoformat(),
            moment,
        )

    @admin.display(description="by itself")
    def working(self, schedule: Schedule) -> SafeString:
        if schedule.is_active:
            return chip(look=Look("check_circle", "leaf"), word="on")
        return chip(look=Look("pause_circle", "amber"), word="off")

    def save_model(self, request: HttpRequest, obj: Schedule, form: Form, change: Any) -> None:
        # Saved unchanged it is not written: the planner has nothing to look at again.
        if form.has_changed():
            rule_changes.touch(schedule=obj, changed=form.changed_data, now=earlier_now())
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        if any(formset.has_changed() for formset in formsets):
            rule_changes.rule_changed(newsletter_id=form.instance.newsletter_id, now=earlier_now())
        say_when_ready(request, form.instance)
        say_who_waits(request, form.instance)


def in_one_line(schedule: Schedule) -> str:
    """All of the rule, for staff."""
    today = timezone.now().astimezone(schedule.newsletter.zone).date()
    return for_staff(schedule, today=today)


def say_when_ready(request: HttpRequest, schedule: Schedule) -> None:
    """A mail that goes by each reader's clock has to be ready earlier than one may think."""
    if words := ready_in_words(schedule=schedule, now=timezone.now()):
        messages.info(request, words)


def say_who_waits(request: HttpRequest, schedule: Schedule) -> None:
    """Switched off, it makes no weekly mail either; who chose that one gets nothing at all."""
    if schedule.is_active or schedule.weekly_day is None:
        return
    count = count_by_frequency(
        newsletter_id=schedule.newsletter_id, frequency=Subscription.Frequency.ONCE_A_WEEK
    )
    if count:
        who = "1 reader" if count == 1 else f"{intcomma(count)} readers"
        messages.warning(request, f"{who} chose once a week. {OFF_FOR_WEEKLY}")
