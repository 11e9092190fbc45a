"""Who is at the desk."""

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def person(request: HttpRequest) -> AbstractUser:
    """The account behind a request that `admin_view` let through."""
    if not isinstance(request.user, AbstractUser):
        raise PermissionDenied
    return request.user
