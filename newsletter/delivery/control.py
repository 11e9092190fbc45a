"""What a person decides about a digest on its way: stop it, go on, try the refused again."""

from datetime import datetime

from django.db import transaction

from config.models import StaffUser
from newsletter import wake
from newsletter.delivery import bisection
from newsletter.digests import lifecycle
from subscribers.mailing import providers, state


def pause(*, digest_id: int, by: StaffUser, now: datetime) -> bool:
    """No new call to a provider begins; what is with it at this moment still arrives."""
    return lifecycle.pause(digest_id=digest_id, by=by, now=now, reason="Paused at the desk.")


def resume(*, digest_id: int, by: StaffUser, now: datetime) -> bool:
    """Go on where it was; False when it was not paused.

    What was refused is tried again, and so is a provider that had refused our account: whoever goes
    on after that has put something right.
    """
    # Before the digest is locked: who records an answer holds the provider and wants the digest.
    for provider in providers.in_order():
        state.forgive_account(provider=provider.name)
    return _go_on(digest_id, by, now)


@transaction.atomic
def _go_on(digest_id: int, by: StaffUser, now: datetime) -> bool:
    if not lifecycle.resume(digest_id=digest_id, by=by, now=now):
        return False
    bisection.try_again(digest_id=digest_id)
    wake.send(wake.PREPARE, digest_id=digest_id)
    wake.send(wake.DRAIN)
    return True
