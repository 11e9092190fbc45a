"""Decisions: what staff approved, sent, stopped, exported and erased, and whom they gave rights."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subscribers.admin.lists import LongList
from subscribers.admin.read_only import ReadOnlyAdmin
from subscribers.admin.when import when
from subscribers.models import StaffAct


@admin.register(StaffAct)
class StaffActAdmin(ReadOnlyAdmin):
    """The record that is only added to, newest first; the database refuses to change a row."""

    when_empty = (
        "Nobody has decided anything yet. Approvals, sends, exports and changed rights stand here."
    )
    list_display = ("at", "who", "did", "which", "detail")
    list_display_links = None
    # By the name, so that whose account is gone, and the service itself, can be chosen too.
    list_filter = (when("at"), "act", "actor_name")
    list_per_page = 50
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[LongList]:
        return LongList

    @admin.display(description="who", ordering="actor_name")
    def who(self, row: StaffAct) -> str:
        return row.actor_name

    @admin.display(description="did", ordering="act")
    def did(self, row: StaffAct) -> str:
        return row.get_act_display()

    @admin.display(description="what", ordering="about")
    def which(self, row: StaffAct) -> SafeString | str:
        """In words, leading to its page where it has one."""
        url = page_of(row.target)
        if not url:
            return row.about
        return format_html('<a class="desk-link" href="{}">{}</a>', url, row.about)


def page_of(target: str) -> str:
    """Where "newsletter.digest:12" is at the desk; empty for what has no page, or none any more."""
    label, _, pk = target.partition(":")
    try:
        return reverse(f"admin:{label.replace('.', '_')}_change", args=[pk])
    except NoReverseMatch:
        return ""
