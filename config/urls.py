"""Every address that people and programs outside depend on; see docs/index.md."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config import views
from config.entering import views as entering
from config.watching import views as watching
from newsletter.admin import calendar, today

admin.autodiscover()

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", watching.healthz, name="healthz"),
    path("readyz", watching.readyz, name="readyz"),
    path("metrics", watching.metrics, name="metrics"),
    path("theme.css", views.theme_css, name="theme_css"),
    # What browsers ask for when a page names no icon, as a mail in its frame does.
    path("favicon.ico", views.favicon, name="favicon"),
    path("admin/theme.css", views.desk_theme_css, name="desk_theme_css"),
    path("admin/code/", admin.site.admin_view(entering.code), name="desk_code"),
    path("admin/troubles/", admin.site.admin_view(watching.troubles), name="desk_troubles"),
    path("admin/account/", admin.site.admin_view(entering.account), name="desk_account"),
    path(
        "admin/account/<slug:act>/",
        admin.site.admin_view(entering.change),
        name="desk_account_change",
    ),
    path("admin/board/", admin.site.admin_view(today.fragment), name="desk_board"),
    path("admin/calendar/", admin.site.admin_view(calendar.calendar), name="desk_calendar"),
    path("admin/", admin.site.urls),
    path("", include("newsletter.urls")),
    path("", include("subscribers.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]

handler400 = "subscribers.views.errors.bad_request"
handler500 = "subscribers.views.errors.server_error"
