"""The addresses of this app; people and programs outside depend on them.

Those with a token are also put together by hand in `links.py`.
"""

from django.urls import path

from subscribers.views import outbox
from subscribers.views.confirm import confirm
from subscribers.views.embed import embed, embed_js
from subscribers.views.new_address import new_address
from subscribers.views.preferences import preferences
from subscribers.views.privacy import privacy
from subscribers.views.sign_up import front, subscribe
from subscribers.views.unsubscribe import unsubscribe
from subscribers.views.your_data import your_data

urlpatterns = [
    path("", front, name="front"),
    path("subscribe/", subscribe, name="subscribe"),
    path("privacy/", privacy, name="privacy"),
    path("embed/<slug:slug>/", embed, name="embed"),
    path("embed.js", embed_js, name="embed_js"),
    path("confirm/<str:token>/", confirm, name="confirm"),
    path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
    path("preferences/<str:token>/", preferences, name="preferences"),
    path("your-data/<str:token>/", your_data, name="your_data"),
    path("new-address/<str:token>/", new_address, name="new_address"),
    path("outbox/", outbox.mails, name="outbox"),
    path("outbox/<int:mail_id>/", outbox.mail, name="outbox_mail"),
    path("outbox/<int:mail_id>/html", outbox.html, name="outbox_html"),
    path("outbox/<int:mail_id>/source", outbox.source, name="outbox_source"),
]
