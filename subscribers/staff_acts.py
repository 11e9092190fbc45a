"""What people at the desk decided: rows that are only ever added (`append_only`)."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db.models import Model

from subscribers.mailing.errors import ADDRESS
from subscribers.models import StaffAct

SERVICE = "the service"


def record(
    *,
    act: StaffAct.Act,
    by: AbstractUser | None,
    about: str,
    now: datetime,
    target: Model | None = None,
    detail: str = "",
) -> None:
    """Add one row; belongs into the transaction of the act. `by` None: the service itself.

    No address gets in, whatever the words say.
    """
    StaffAct.objects.create(
        act=act,
        actor_id=by.pk if by else None,
        actor_name=_name(by)[:200],
        about=_harmless(about)[:200],
        target=f"{target._meta.label_lower}:{target.pk}" if target else "",  # noqa: SLF001
        detail=_harmless(detail)[:500],
        at=now,
    )


def _name(person: AbstractUser | None) -> str:
    return (person.get_full_name() or person.get_username()) if person else SERVICE


def _harmless(words: str) -> str:
    return ADDRESS.sub("[address]", words)
