#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    """Run the command; what an operator can mend is told in one line and not as a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Wrong setting: {error}")
    except (DatabaseError, OSError) as error:
        from config import outage

        words = None if "--traceback" in sys.argv else outage.in_words(error)
        if words is None:
            raise
        sys.exit(words)


if __name__ == "__main__":
    main()
