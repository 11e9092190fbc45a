"""People and the log: staff accounts, their groups, and what was done at the desk."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from config.models import StaffUser
from subscribers.admin.read_only import ReadOnlyAdmin

DESK_APPS = ("newsletter", "subscribers", "config", "auth", "admin")

admin.site.unregister(Group)


@admin.register(StaffUser)
class StaffUserAdmin(UserAdmin[StaffUser], ModelAdmin):
    """Accounts of the people at the desk."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "email", "is_active", "last_login")
    list_filter = ("is_active", "is_superuser", "groups")
    autocomplete_fields = ("groups",)
    filter_horizontal = ()
    # What somebody may do is said by groups, so that it can be read off in one place.
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("May", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "also")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("also", "last_login", "date_joined")

    @admin.display(description="also, by itself")
    def also(self, person: StaffUser) -> str:
        """Permissions given to the account itself, by a script for instance."""
        return ", ".join(str(one.name) for one in person.user_permissions.all()) or "nothing"


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """Sets of permissions that several people share."""

    list_display = ("name", "people")
    filter_horizontal = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).prefetch_related("user_set")

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any
    ) -> Any:
        if db_field.name == "permissions":
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
            # Only what the desk has a page for.
            kwargs["queryset"] = Permission.objects.filter(
                content_type__app_label__in=DESK_APPS
            ).select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description="people")
    def people(self, group: Group) -> str:
        return ", ".join(map(str, StaffUser.objects.filter(groups=group))) or "nobody"


@admin.register(LogEntry)
class LogAdmin(ReadOnlyAdmin):
    """What was done at the desk, by whom. Nobody can change it here."""

    list_display = ("action_time", "user", "what", "entry", "change")
    list_filter = ("action_flag", "user")
    search_fields = ("object_repr",)
    date_hierarchy = "action_time"
    list_select_related = ("user", "content_type")
    ordering = ("-action_time",)
    list_display_links = None

    @admin.display(description="what")
    def what(self, entry: LogEntry) -> str:
        return str(entry.get_action_flag_display()).lower()

    @admin.display(description="which")
    def entry(self, entry: LogEntry) -> SafeString | str:
        url = entry.get_admin_url()
        if not url or entry.is_deletion():
            return entry.object_repr
        return format_html('<a class="desk-link" href="{}">{}</a>', url, entry.object_repr)

    @admin.display(description="change")
    def change(self, entry: LogEntry) -> str:
        return entry.get_change_message()
