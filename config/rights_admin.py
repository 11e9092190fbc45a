"""Pages of the desk on which rights change: each change is put on record as it is saved."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from config import people
from config.models import StaffUser


class RecordsRights(admin.ModelAdmin[Any]):
    """For the admin of accounts and of groups; Django saves and deletes in one transaction."""

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: FBT001
        # Carried by the form, which is of this request alone.
        stands = type(obj)._default_manager.filter(pk=obj.pk).first()  # noqa: SLF001
        form.rights_before = people.rights_of(stands) if stands else frozenset()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        people.record_change(
            thing=form.instance,
            before=form.rights_before,
            after=people.rights_of(form.instance),
            by=_by(request),
            now=timezone.now(),
        )

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self._record_end(request, obj)
        super().delete_model(request, obj)

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


def _by(request: HttpRequest) -> StaffUser | None:
    return request.user if isinstance(request.user, StaffUser) else None
