"""The addresses of this app; mails that were sent long ago lead to them."""

from django.urls import path

from newsletter.pages.article import article
from newsletter.pages.digest import digest
from newsletter.pages.newsletter import newsletter

urlpatterns = [
    path("articles/<slug:slug>/", article, name="article"),
    path("newsletters/<slug:slug>/", newsletter, name="newsletter"),
    path("newsletters/<slug:slug>/<slug:occurrence>/", digest, name="digest"),
]
