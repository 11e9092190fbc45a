"""The addresses of this app; mails that were sent long ago lead to them."""

from django.urls import path

from newsletter.pages.article import article
from newsletter.pages.digest import digest
from newsletter.pages.newsletter import newsletter
from newsletter.tracking.views import click, tracking

urlpatterns = [
    path("anymail/<slug:provider>/tracking/", tracking, name="tracking"),
    # Without a slash at the end: it stands in every mail, many times.
    path("c/<str:token>", click, name="click"),
    path("articles/<slug:slug>/", article, name="article"),
    path("newsletters/<slug:slug>/", newsletter, name="newsletter"),
    path("newsletters/<slug:slug>/<slug:occurrence>/", digest, name="digest"),
]
