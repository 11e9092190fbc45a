"""People and the log: staff accounts, their groups, and what was done at the desk."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_otp.plugins.otp_static import admin as otp_static
from django_otp.plugins.otp_totp import admin as otp_totp
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from config.entering import codes
from config.entering.codes_admin import TakesCodesAway
from config.models import StaffUser
from config.rights_admin import RecordsPasswords, RecordsRights
from subscribers.admin.read_only import ReadOnlyAdmin
from subscribers.admin.when import when

DESK_APPS = ("newsletter", "subscribers", "config", "auth", "admin")

admin.site.unregister(Group)
# Their pages would show the secrets of other people's phones.
for model in (otp_static.StaticDevice, otp_totp.TOTPDevice):
    admin.site.unregister(model)


@admin.register(StaffUser)
class StaffUserAdmin(TakesCodesAway, RecordsRights, RecordsPasswords, ModelAdmin):
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
        ("Logging in", {"fields": ("codes",)}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("also", "codes", "last_login", "date_joined")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only who may do everything gives that, or takes it."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if _may_everything(request) else (*fields, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Of several ticked at once: the same holds for each."""
        if not _may_everything(request) and queryset.filter(is_superuser=True).exists():
            raise PermissionDenied
        super().delete_queryset(request, queryset)

    @admin.display(description="codes from a phone")
    def codes(self, person: StaffUser) -> SafeString | str:
        """Whether a code is asked for, and the way to let somebody in who lost his phone."""
        if not person.pk or not codes.is_on(person=person):
            return "off"
        url = reverse("admin:config_staffuser_take_codes", args=[person.pk])
        return format_html(
            'on · <a class="desk-link" href="{}">Phone lost? Take them away</a>', url
        )

    @admin.display(description="also, by itself")
    def also(self, person: StaffUser) -> str:
        """Permissions given to the account itself, by a script for instance."""
        return ", ".join(str(one.name) for one in person.user_permissions.all()) or "nothing"


def _may_everything(request: HttpRequest) -> bool:
    return isinstance(request.user, StaffUser) and request.user.is_superuser


def _may_touch(request: HttpRequest, person: StaffUser | None) -> bool:
    """An account that may do everything is for its like: its password would give all it may."""
    return person is None or not person.is_superuser or _may_everything(request)


@admin.register(Group)
class GroupAdmin(RecordsRights, DjangoGroupAdmin, ModelAdmin):
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

    when_empty = "Nothing was changed at the desk yet."
    list_display = ("action_time", "user", "what", "entry", "change")
    list_filter = (when("action_time"), "action_flag", "user")
    search_fields = ("object_repr",)
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
