"""What people at the desk decided: rows that are only ever added (`append_only`)."""

from datetime import datetime

from django.contrib.auth import get_user_model
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
        target=name_of(target) if target else "",
        detail=_harmless(detail),
        at=now,
    )


def name_of(target: Model) -> str:
    """ "newsletter.digest:12", as in a row's `target`."""
    return f"{target._meta.label_lower}:{target.pk}"  # noqa: SLF001


def account(*, name: str | None) -> AbstractUser | None:
    """The active staff account that a command was given; None for none. Raises LookupError."""
    if name is None:
        return None
    staff = get_user_model().objects.filter(username=name, is_active=True, is_staff=True)
    found: AbstractUser | None = staff.first()
    if found is None:
        raise LookupError(f"No active staff account is called {name!r}.")
    return found


def _name(person: AbstractUser | None) -> str:
    if person is None:
        return SERVICE
    name = person.get_full_name() or person.get_username()
    # Many log in by their address; the number still says who it was.
    return f"account {person.pk}" if ADDRESS.fullmatch(name) else _harmless(name)


def _harmless(words: str) -> str:
    return ADDRESS.sub("[address]", words)
