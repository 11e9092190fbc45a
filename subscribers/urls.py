"""The addresses of this app; people and programs outside depend on them."""

from django.urls import path

from subscribers.views import outbox

urlpatterns = [
    path("outbox/", outbox.mails, name="outbox"),
    path("outbox/<int:mail_id>/", outbox.mail, name="outbox_mail"),
    path("outbox/<int:mail_id>/html", outbox.html, name="outbox_html"),
    path("outbox/<int:mail_id>/source", outbox.source, name="outbox_source"),
]
