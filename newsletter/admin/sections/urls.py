"""Where the pages of a newsletter's sections are, below the newsletter's own."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from newsletter.admin.sections import steps, views

PREFIX = "<int:pk>/sections/"
NAME = "subscribers_newsletter_section"


def urls(site: AdminSite) -> list[URLPattern]:
    """Behind the log-in of the desk."""
    return [
        path(PREFIX, site.admin_view(views.sections), name=f"{NAME}s"),
        path(f"{PREFIX}add/", site.admin_view(steps.add), name=f"{NAME}_add"),
        path(
            f"{PREFIX}start-again/<slug:layout>/",
            site.admin_view(steps.start_again),
            name=f"{NAME}s_again",
        ),
        path(f"{PREFIX}<slug:key>/", site.admin_view(views.edit), name=NAME),
        path(f"{PREFIX}<slug:key>/move/", site.admin_view(steps.move), name=f"{NAME}_move"),
        path(f"{PREFIX}<slug:key>/remove/", site.admin_view(steps.remove), name=f"{NAME}_remove"),
    ]
