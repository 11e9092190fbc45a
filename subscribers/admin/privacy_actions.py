"""Privacy requests as actions on the list of readers: hand over what is held, and erase."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse

from subscribers import privacy
from subscribers.admin.person import person
from subscribers.admin.read_only import ReadOnlyAdmin
from subscribers.clock import database_now
from subscribers.ledger import BY_DESK
from subscribers.models import Subscriber

# Each is a good deal of work inside one request.
MOST = 100
TOO_MANY = f"At most {MOST} at a time. Nothing was done."


class PrivacyActions(ReadOnlyAdmin):
    """For the admin of readers. Erasing asks first, and says how many."""

    actions: Any = ("hand_over_data", "erase_readers")

    def log_change(self, request: HttpRequest, obj: Subscriber, message: Any) -> LogEntry:
        """By his number: the log of the desk holds no address."""
        return LogEntry.objects.create(
            user_id=request.user.pk or 0,
            content_type=ContentType.objects.get_for_model(obj),
            object_id=str(obj.pk),
            object_repr=f"reader {obj.pk}",
            action_flag=CHANGE,
            change_message=message,
        )

    def has_hand_over_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("subscribers.export_subscriber")

    def has_erase_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("subscribers.erase_subscriber")

    @admin.action(description="Export what is held about them", permissions=["hand_over"])
    def hand_over_data(
        self, request: HttpRequest, readers: QuerySet[Subscriber]
    ) -> HttpResponse | None:
        """A JSON file with one entry for each."""
        if (found := self._few(request, readers)) is None:
            return None
        now = database_now()
        told = [
            privacy.hand_over(subscriber_id=reader.pk, by=person(request), proof=BY_DESK, now=now)
            for reader in found
        ]
        for reader in found:
            self.log_change(request, reader, "Exported what is held about the reader.")
        response = JsonResponse({"readers": told}, json_dumps_params={"indent": 2})
        response["Content-Disposition"] = 'attachment; filename="readers.json"'
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description="Erase for good", permissions=["erase"])
    def erase_readers(
        self, request: HttpRequest, readers: QuerySet[Subscriber]
    ) -> HttpResponse | None:
        """First a page that asks, then the erasure."""
        if (found := self._few(request, readers.filter(erased_at__isnull=True))) is None:
            return None
        if not found:
            messages.info(request, "They were erased already.")
            return None
        if request.POST.get("sure") != "yes":
            return self._ask(request, found)
        now = database_now()
        for reader in found:
            privacy.erase_on_request(
                subscriber_id=reader.pk, by=person(request), proof=BY_DESK, now=now
            )
            reader.refresh_from_db()
            self.log_change(request, reader, "Erased.")
        messages.success(request, f"Done. Erased: {len(found)}.")
        return None

    def _few(self, request: HttpRequest, readers: QuerySet[Subscriber]) -> list[Subscriber] | None:
        found = list(readers.order_by("pk")[: MOST + 1])
        if len(found) <= MOST:
            return found
        messages.error(request, TOO_MANY)
        return None

    def _ask(self, request: HttpRequest, readers: list[Subscriber]) -> HttpResponse:
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Erase readers",
            "readers": readers,
        }
        return TemplateResponse(request, "admin/desk/erase.html", context)
