"""Trying the rules out: what a mail made at this moment would hold. Nothing is written."""

from collections.abc import Sequence
from datetime import datetime

from newsletter.digests.choosing import Choice, choose
from newsletter.digests.filling import ran_this_week
from newsletter.digests.pools import pools_of
from newsletter.models import Digest, Schedule, SectionPlan
from subscribers.models import Newsletter


def would_choose(
    *, newsletter: Newsletter, rule: Schedule, plans: Sequence[SectionPlan], now: datetime
) -> dict[str, list[Choice]]:
    """What goes where, by section key. What stands in a mail already, also in a draft, is used.

    `plans` need not be saved; those of the weekly mail choose among what ran. What was held for
    that mail comes on top of this.
    """
    is_weekly = any(plan.is_weekly for plan in plans)
    mail = Digest(newsletter=newsletter, is_weekly=is_weekly, created_at=now)
    missed = ran_this_week(digest=mail, now=now)
    pools = pools_of(digest=mail, rule=rule, plans=plans, now=now, missed=missed)
    reasons = {pk: one.reason for pk, one in (missed or {}).items()}
    return choose(plans=plans, pools=pools, reasons=reasons)
