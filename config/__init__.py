"""Settings, start-up and the staff account: everything that is not about newsletters."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
