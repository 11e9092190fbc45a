"""How django-unfold draws the admin: the publisher's colours and a sidebar that goes by task."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy

from config.publisher import publisher


def _allowed(permission: str) -> Callable[[HttpRequest], bool]:
    """A sidebar callback: whether the person may see what the entry leads to."""
    return lambda request: request.user.has_perm(permission)


def _entry(title: str, icon: str, model: str) -> dict[str, Any]:
    """A sidebar entry for the list of `model` ("newsletter.digest")."""
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": _allowed(f"{app}.view_{name}"),
    }


TODAY = {"title": "Today", "icon": "today", "link": reverse_lazy("admin:index")}
CALENDAR = {
    "title": "Calendar",
    "icon": "calendar_month",
    "link": reverse_lazy("desk_calendar"),
    "permission": _allowed("newsletter.view_digest"),
}

# By task, in this order. Deliveries, batches, events and consents have no entry of their own: they
# show inside the page that they explain.
NAVIGATION: list[dict[str, Any]] = [
    {"items": [TODAY, CALENDAR, _entry("Mails", "mail", "newsletter.digest")]},
    {
        "title": "Stories",
        "items": [
            _entry("Stories", "article", "newsletter.article"),
            _entry("Sources", "rss_feed", "newsletter.feed"),
        ],
    },
    {
        "title": "Newsletters",
        "items": [
            _entry("Settings", "tune", "subscribers.newsletter"),
            _entry("Schedule", "schedule", "newsletter.schedule"),
        ],
    },
    {
        "title": "Readers",
        "items": [
            _entry("Readers", "group", "subscribers.subscriber"),
            _entry("Not mailed", "block", "subscribers.suppression"),
        ],
    },
    {
        "title": "Sending",
        "items": [_entry("Providers", "outbox", "subscribers.providerstate")],
    },
    {
        "title": "People & log",
        "items": [
            _entry("People", "badge", "config.staffuser"),
            _entry("Groups", "shield_person", "auth.group"),
            _entry("Decisions", "gavel", "subscribers.staffact"),
            _entry("Log", "history", "admin.logentry"),
        ],
    },
]

UNFOLD: dict[str, Any] = {
    # Callables, because the publisher's file is read only once settings are there.
    "SITE_TITLE": lambda _request: publisher().name,
    "SITE_HEADER": lambda _request: publisher().name,
    "SITE_SUBHEADER": lambda _request: publisher().line,
    "SITE_URL": "/",
    "SITE_SYMBOL": "change_history",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda _request: static("favicon.svg"),
        }
    ],
    "SHOW_BACK_BUTTON": True,
    "LOGIN": {"form": "config.entering.login.LoginForm"},
    "ACCOUNT": {
        "navigation": [
            {"title": "Your account", "link": reverse_lazy("desk_account")},
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
        ]
    },
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": lambda _request: dict(publisher().desk)},
    "STYLES": [
        lambda _request: reverse("desk_theme_css"),
        lambda _request: static("css/desk.css"),
    ],
    "SCRIPTS": [
        lambda _request: static("js/desk.js"),
        lambda _request: static("js/desk-troubles.js"),
    ],
    "DASHBOARD_CALLBACK": "newsletter.admin.today.dashboard",
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": NAVIGATION,
    },
}
