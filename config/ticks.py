"""What beat wakes, and how often. It only fires ticks: what is due is decided from the database.

A tick expires before the next few, so a stopped worker does not find a heap of them.
"""

from typing import Any


def _every(seconds: float, task: str, *, expires: int) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": expires}}


SCHEDULE: dict[str, dict[str, Any]] = {
    "send-due-notices": _every(1.0, "subscribers.send_due_notices", expires=5),
    "plan-digests": _every(5.0, "newsletter.plan_digests", expires=15),
    "escalate": _every(15.0, "newsletter.escalate", expires=30),
    "call-staff": _every(5.0, "subscribers.call_staff", expires=15),
    "refill-drafts": _every(30.0, "newsletter.refill_drafts", expires=60),
    "start-waves": _every(2.0, "newsletter.start_waves", expires=4),
    "sweep-deliveries": _every(30.0, "newsletter.sweep_deliveries", expires=60),
    "count-clicks": _every(5.0, "newsletter.count_clicks", expires=15),
    "fetch-due-feeds": _every(60.0, "newsletter.fetch_due_feeds", expires=120),
    "check-waiting": _every(60.0, "newsletter.check_waiting", expires=120),
    "empty-late": _every(60.0, "subscribers.empty_late", expires=120),
    "let-go": _every(900.0, "subscribers.let_go", expires=1800),
}
