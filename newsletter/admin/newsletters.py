"""Newsletters: their name, sender and words, and their schedule on the same page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from unfold.admin import ModelAdmin

from newsletter.admin.schedules import (
    ScheduleInline,
    in_one_line,
    say_when_ready,
    say_who_waits,
)
from newsletter.admin.sections import urls as sections
from newsletter.admin.uploads import own_copy
from newsletter.models import Schedule
from newsletter.scheduling import rule_changes
from subscribers.clock import earlier_now
from subscribers.models import Newsletter


class NewsletterForm(forms.ModelForm[Newsletter]):
    """A newsletter; of a chosen picture only our own copy is kept and shown."""

    class Meta:
        model = Newsletter
        fields = ("picture",)

    def clean_picture(self) -> Any:
        return own_copy(self.cleaned_data["picture"])


@admin.register(Newsletter)
class NewsletterAdmin(ModelAdmin):
    """What a reader joins. A mail takes its sender from here when it is approved."""

    form = NewsletterForm
    change_form_outer_before_template = "admin/desk/sections_link.html"
    when_empty = (
        "There is no newsletter yet. It is what a reader signs up for: a name, a "
        "sender and its days."
    )
    add_words = "Make a newsletter"
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
        return newsletters.select_related("schedule").prefetch_related("schedule__days")

    @admin.display(description="goes out")
    def goes_out(self, newsletter: Newsletter) -> str:
        try:
            return in_one_line(newsletter.schedule)
        except Schedule.DoesNotExist:
            return "no schedule: only by hand"

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        now = earlier_now()
        for row in formset.forms:
            if row.has_changed():
                rule_changes.touch(schedule=row.instance, changed=row.changed_data, now=now)
        super().save_formset(request, form, formset, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        newsletter = form.instance
        if change and "time_zone" in form.changed_data:
            # The same local time is another instant.
            rule_changes.rule_changed(newsletter_id=newsletter.pk, now=earlier_now())
        schedule = Schedule.objects.filter(newsletter=newsletter).first()
        if schedule is not None and any(formset.has_changed() for formset in formsets):
            say_when_ready(request, schedule)
            say_who_waits(request, schedule)
