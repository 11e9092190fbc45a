"""The addresses of this app; mails that were sent long ago lead to them."""

from django.urls import path

from newsletter.pages.article import article
from newsletter.pages.crawlers import robots, sitemap
from newsletter.pages.digest import digest
from newsletter.pages.feed import feed
from newsletter.pages.newsletter import newsletter
from newsletter.pages.shared import shared, shared_frame
from newsletter.pages.stories import author, topic
from newsletter.tracking.views import click, tracking

urlpatterns = [
    path("anymail/<slug:provider>/tracking/", tracking, name="tracking"),
    # Without a slash at the end: it stands in every mail, many times.
    path("c/<str:token>", click, name="click"),
    path("articles/<slug:slug>/", article, name="article"),
    path("authors/<slug:slug>/", author, name="author"),
    path("topics/<slug:slug>/", topic, name="topic"),
    path("newsletters/<slug:slug>/", newsletter, name="newsletter"),
    path("newsletters/<slug:slug>/feed.xml", feed, name="feed"),
    path("newsletters/<slug:slug>/<slug:occurrence>/", digest, name="digest"),
    path("preview/<str:token>/", shared, name="shared"),
    path("preview/<str:token>/frame/", shared_frame, name="shared_frame"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
]
