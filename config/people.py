"""What an account or a group may do, in words, and changes of it on record."""

from collections.abc import Set as AbstractSet
from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.db.models import Model, QuerySet

from config.models import StaffUser
from subscribers.models import StaffAct
from subscribers.staff import acts

# Field of an account -> what it gives.
_FLAGS = {"is_active": "active", "is_staff": "the desk", "is_superuser": "everything"}


def rights_of(thing: Model) -> frozenset[str]:
    """What an account has by its ticks, groups and by itself; or a group by its permissions."""
    if isinstance(thing, Group):
        return _codes(Permission.objects.filter(group=thing))
    if not isinstance(thing, StaffUser):
        return frozenset()
    return frozenset(
        {
            *(word for field, word in _FLAGS.items() if getattr(thing, field)),
            *(f"group {name}" for name in thing.groups.values_list("name", flat=True)),
            *_codes(Permission.objects.filter(user=thing)),
        }
    )


def record_change(
    *,
    thing: Model,
    before: AbstractSet[str],
    after: AbstractSet[str],
    by: StaffUser | None,
    now: datetime,
    how: str = "",
) -> None:
    """Put down what was given and taken, if anything was; belongs into the transaction of it.

    `how` stands before it ("Deleted.").
    """
    given, taken = sorted(after - before), sorted(before - after)
    if not (given or taken or how):
        return
    words = [how] if how else []
    words += [f"Given: {', '.join(given)}."] if given else []
    words += [f"Taken: {', '.join(taken)}."] if taken else []
    kind = "group" if isinstance(thing, Group) else "account"
    acts.record(
        act=StaffAct.Act.RIGHTS,
        by=by,
        about=f"{kind} {thing}",
        target=thing,
        detail=" ".join(words),
        now=now,
    )


def _codes(permissions: QuerySet[Permission]) -> frozenset[str]:
    rows = permissions.values_list("content_type__app_label", "codename")
    return frozenset(f"{app}.{codename}" for app, codename in rows)
