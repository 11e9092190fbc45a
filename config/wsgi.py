"""The WSGI entry point that granian serves."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from config import checks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

try:
    django = get_wsgi_application()
    # Needs Django to be set up.
    from newsletter.tracking.front import redirecting

    application = redirecting(django)
    checks.refuse()
    checks.refuse_uncollected()
except ImproperlyConfigured as error:
    sys.stderr.write(f"Wrong setting: {error}\n")
    sys.exit(1)
