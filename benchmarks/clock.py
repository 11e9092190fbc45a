"""Moving the service's clock on, for what would otherwise take minutes of waiting.

Every moment that something waits for (a lease, a wait for a provider, a probe) is moved back by as
much, which is the same as if the time had passed. That is only true while nothing runs: a lease of
a worker that is at work would lapse under its hands. So callers wait until nothing moves.
"""

from datetime import timedelta

from django.apps import apps
from django.db.models import F

WAITS_FOR = frozenset({"lease_until", "not_before", "probe_until"})
_APPS = ("newsletter", "subscribers")


def move_on(*, seconds: float) -> int:
    """As if `seconds` had passed; the number of waits that were shortened."""
    moved = 0
    for label in _APPS:
        for model in apps.get_app_config(label).get_models():
            for name in WAITS_FOR & {field.name for field in model._meta.concrete_fields}:
                waiting = model._default_manager.filter(**{f"{name}__isnull": False})
                moved += waiting.update(**{name: F(name) - timedelta(seconds=seconds)})
    return moved
