"""How people at the desk log in."""

from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm


class LoginForm(AuthenticationForm):
    """Refuses in words that blame nobody, and says no more than that the two do not match."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("That name and password do not belong together. Capitals count."),
    }
