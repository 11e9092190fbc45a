"""People and the log: staff accounts, their groups, and what was done at the desk."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from config.models import StaffUser
from subscribers.admin.read_only import ReadOnlyAdmin

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
    filter_horizontal = ("user_permissions",)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """Sets of permissions that several people share."""

    list_display = ("name", "people")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).prefetch_related("user_set")

    @admin.display(description="people")
    def people(self, group: Group) -> str:
        return ", ".join(user.get_username() for user in group.user_set.all()) or "nobody"


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
