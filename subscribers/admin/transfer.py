"""Readers > Import and Export: looked at first, then done; each use is in the log, by numbers."""

import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin

from subscribers.admin.person import person
from subscribers.admin.transfer_forms import ExportForm, ImportForm
from subscribers.clock import database_now
from subscribers.models import Newsletter, Subscriber
from subscribers.transfer import looked_at
from subscribers.transfer.exporting import export
from subscribers.transfer.importing import import_readers
from subscribers.transfer.lines import Unreadable
from subscribers.transfer.looked_at import LookedAt, StoreAway

IMPORT = "subscribers.import_subscriber"
EXPORT = "subscribers.export_subscriber"
GONE = "That file is not kept any more. Choose it again."


class TransferPages(ModelAdmin):
    """The pages about files of readers, each behind a permission of its own."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name="subscribers_import"),
            path("import/<uuid:token>/", wrap(self.looked_view), name="subscribers_looked_at"),
            path("export/", wrap(self.export_view), name="subscribers_export"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """The form; POST looks at the file, writes no reader, and leads to what was found."""
        by = _allowed(request, IMPORT)
        is_posted = request.method == "POST"
        form = ImportForm(request.POST, request.FILES) if is_posted else ImportForm()
        if form.is_valid():
            try:
                token = self._look(by, form.cleaned_data)
                return HttpResponseRedirect(reverse("admin:subscribers_looked_at", args=[token]))
            except (Unreadable, StoreAway) as error:
                form.add_error("file", str(error))
        return self._page(request, "import.html", title="Import readers", form=form)

    def looked_view(self, request: HttpRequest, token: UUID) -> HttpResponse:
        """What would become of the file, with a button; POST imports it. Then what became of it."""
        by = _allowed(request, IMPORT)
        try:
            found = looked_at.find(token=token, by=by)
            if found is not None and request.method == "POST" and found.content is not None:
                return self._import(request, found, token)
        except (StoreAway, Unreadable) as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:subscribers_import"))
        newsletter = found and Newsletter.objects.filter(pk=found.newsletter_id).first()
        if found is None or newsletter is None:
            messages.warning(request, GONE)
            return HttpResponseRedirect(reverse("admin:subscribers_import"))
        return self._page(
            request,
            "looked_at.html",
            title="Import readers",
            found=found,
            report=found.report,
            newsletter=newsletter,
            is_done=found.content is None,
        )

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The form; POST downloads the readers, line by line as they are read."""
        by = _allowed(request, EXPORT)
        form = ExportForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._page(request, "export.html", title="Export readers", form=form)
        newsletter = form.cleaned_data["newsletter"]
        now = database_now()
        name = f"readers-{newsletter.slug if newsletter else 'all'}-{now.date()}.csv"
        lines = export(newsletter=newsletter, by=person(request), now=now)
        return StreamingHttpResponse(
            _download(lines, newsletter=newsletter, by=by),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "no-store",
            },
        )

    def _look(self, by: int, given: dict[str, Any]) -> UUID:
        content = given["file"].read()
        report = import_readers(
            file=io.BytesIO(content),
            newsletter=given["newsletter"],
            agreed=given["agreed"],
            dry_run=True,
            now=database_now(),
        )
        _log(
            by=by,
            newsletter=given["newsletter"],
            words=f"Looked at {given['agreed'].source}: {report.in_words()}.",
        )
        found = LookedAt(by, given["newsletter"].pk, given["agreed"], report)
        return looked_at.keep(found, file=content)

    def _import(self, request: HttpRequest, found: LookedAt, token: UUID) -> HttpResponse:
        newsletter = Newsletter.objects.get(pk=found.newsletter_id)
        found.report = import_readers(
            file=io.BytesIO(found.file),
            newsletter=newsletter,
            agreed=found.agreed,
            dry_run=False,
            now=database_now(),
        )
        words = f"Imported {found.agreed.source}: {found.report.in_words()}."
        _log(by=found.by, newsletter=newsletter, words=words)
        try:
            looked_at.keep(found, file=None, token=token)
        except StoreAway:
            # It is done all the same.
            messages.success(request, words)
            return HttpResponseRedirect(reverse("admin:subscribers_subscriber_changelist"))
        return HttpResponseRedirect(request.path)

    def _page(self, request: HttpRequest, template: str, **more: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **more}
        return TemplateResponse(request, f"admin/desk/{template}", context)


def _allowed(request: HttpRequest, permission: str) -> int:
    """The id of the account that may do it; raises PermissionDenied."""
    if not request.user.has_perm(permission) or request.user.pk is None:
        raise PermissionDenied
    return int(request.user.pk)


def _download(lines: Iterator[str], *, newsletter: Newsletter | None, by: int) -> Iterator[str]:
    number = -1
    try:
        # With a byte order mark: without it Excel reads it in the encoding of the machine.
        yield "\ufeff"
        for line in lines:
            number += 1
            yield line
    finally:
        # Also of a download that was broken off: what has left is known.
        words = f"Exported readers, lines: {max(number, 0):,}."
        _log(by=by, newsletter=newsletter, words=words)


def _log(*, by: int, newsletter: Newsletter | None, words: str) -> None:
    about = newsletter or Subscriber
    LogEntry.objects.create(
        user_id=by,
        content_type=ContentType.objects.get_for_model(about),
        object_id=str(newsletter.pk) if newsletter else None,
        object_repr=str(newsletter or "all newsletters"),
        action_flag=CHANGE,
        change_message=words,
    )
