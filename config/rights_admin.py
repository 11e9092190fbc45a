"""Pages of the desk on which rights change: each change is put on record as it is saved."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from config import people
from config.models import StaffUser


class RecordsRights(admin.ModelAdmin[Any]):
    """For the admin of accounts and of groups; Django saves and deletes in one transaction."""

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: FBT001
        # Carried by the form, which is of this request alone.
        stands = type(obj)._default_manager.filter(pk=obj.pk).first()  # noqa: SLF001
        form.rights_before = people.rights_of(stands) if stands else frozenset()
        form.name_before = str(stands or obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        people.record_change(
            thing=form.instance,
            before=form.rights_before,
            after=people.rights_of(form.instance),
            by=_by(request),
            now=timezone.now(),
            how=_renamed(form.name_before, str(form.instance)),
        )

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self._record_end(request, obj)
        super().delete_model(request, obj)

    # Of many ticked at once Django does not: a row must not tell of what failed.
    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for one in queryset:
            self._record_end(request, one)
        super().delete_queryset(request, queryset)

    def _record_end(self, request: HttpRequest, obj: Model) -> None:
        people.record_change(
            thing=obj,
            before=people.rights_of(obj),
            after=frozenset(),
            by=_by(request),
            now=timezone.now(),
            how="Deleted.",
        )


class RecordsPasswords(UserAdmin[StaffUser]):
    """For the admin of accounts: whoever sets a password can log in as that person."""

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002
        form_url: str = "",
    ) -> HttpResponse:
        with transaction.atomic():
            before = self.get_object(request, unquote(id))
            response = super().user_change_password(request, id, form_url)
            after = self.get_object(request, unquote(id))
            if before and after and before.password != after.password:
                self._record_password(request, after)
        return response

    def _record_password(self, request: HttpRequest, person: StaffUser) -> None:
        people.record_change(
            thing=person,
            before=frozenset(),
            after=frozenset(),
            by=_by(request),
            now=timezone.now(),
            how=_new_password(person, is_own=person == request.user),
        )


def _new_password(person: StaffUser, *, is_own: bool) -> str:
    if not person.has_usable_password():
        return "Password taken away."
    return "New password." if is_own else "New password, set by somebody else."


def _renamed(before: str, after: str) -> str:
    return "" if before == after else f"Its name was {before}."


def _by(request: HttpRequest) -> StaffUser | None:
    return request.user if isinstance(request.user, StaffUser) else None
