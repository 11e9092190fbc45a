"""What beat wakes, and how often. It only fires ticks: what is due is decided from the database.

A tick expires before the next few, so a stopped worker does not find a heap of them.
"""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "send-due-notices": {
        "task": "subscribers.send_due_notices",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "plan-digests": {
        "task": "newsletter.plan_digests",
        "schedule": 5.0,
        "options": {"expires": 15},
    },
    "refill-drafts": {
        "task": "newsletter.refill_drafts",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    "sweep-deliveries": {
        "task": "newsletter.sweep_deliveries",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    "count-clicks": {
        "task": "newsletter.count_clicks",
        "schedule": 5.0,
        "options": {"expires": 15},
    },
    "fetch-due-feeds": {
        "task": "newsletter.fetch_due_feeds",
        "schedule": 60.0,
        "options": {"expires": 120},
    },
    "check-waiting": {
        "task": "newsletter.check_waiting",
        "schedule": 60.0,
        "options": {"expires": 120},
    },
    "empty-late": {
        "task": "subscribers.empty_late",
        "schedule": 60.0,
        "options": {"expires": 120},
    },
    "let-go": {
        "task": "subscribers.let_go",
        "schedule": 900.0,
        "options": {"expires": 1800},
    },
}
