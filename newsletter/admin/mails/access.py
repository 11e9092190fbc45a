"""Who is at the desk, and the mail that he may look at or change."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from config.models import StaffUser
from newsletter.models import Digest


def person(request: HttpRequest) -> StaffUser:
    """The account behind a request that `admin_view` let through."""
    if not isinstance(request.user, StaffUser):
        raise PermissionDenied
    return request.user


def may_test(request: HttpRequest) -> bool:
    """Whether somebody may have a test mailed: who writes mails, and who sends them."""
    rights = ("newsletter.change_digest", "newsletter.send_digest")
    return any(map(request.user.has_perm, rights))


def mail_or_404(request: HttpRequest, pk: int, *, permission: str = "change") -> Digest:
    """The mail, for somebody who may; raises PermissionDenied, Http404."""
    if not request.user.has_perm(f"newsletter.{permission}_digest"):
        raise PermissionDenied
    return get_object_or_404(Digest.objects.select_related("newsletter", "revision"), pk=pk)
