"""Settings, each read from the environment with a safe default in DEBUG; see docs/settings.md."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import django_stubs_ext

from config import dotenv, env, locations, ticks, zone_data
from config.desk import UNFOLD  # noqa: F401  (read by django-unfold)
from config.entering.axes_settings import *  # noqa: F403  (read by django-axes)
from config.logging import logging_config
from config.publisher import issuer
from config.security import PUBLIC_POLICY
from subscribers.mailing.providers import PROVIDERS

# Lets generic classes of Django say their type where they are subclassed.
django_stubs_ext.monkeypatch()
zone_data.use_newest()

BASE_DIR = Path(__file__).resolve().parent.parent
dotenv.load(BASE_DIR / ".env")
# Everything that is written while running: database, pictures, logs of the broker, the password.
VAR_DIR = BASE_DIR / env.text("VAR_DIR", "var")

# --- Who and where ---------------------------------------------------------------------------

DEBUG = env.flag("DEBUG", default=True)
PORT = env.number("PORT", 8000, low=1, high=65_535)
SECRET_KEY = env.text("SECRET_KEY", "only-for-development-never-in-production" if DEBUG else "")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# Keyed hashes of suppressed addresses; unlike SECRET_KEY it never rotates.
HASH_KEY = env.text("HASH_KEY", "only-for-development-never-rotate" if DEBUG else "")
SITE_URL = locations.site_url(
    "SITE_URL", f"http://127.0.0.1:{PORT}" if DEBUG else "https://unset.invalid"
)
ALLOWED_HOSTS = locations.hosts(
    "ALLOWED_HOSTS",
    "127.0.0.1,localhost" if DEBUG else str(urlsplit(SITE_URL).hostname),
)
CSRF_TRUSTED_ORIGINS = locations.origins("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
POSTAL_ADDRESS = env.line("POSTAL_ADDRESS")
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
USE_TZ = True
LANGUAGE_CODE = "en"
USE_I18N = True
FORMAT_MODULE_PATH = "config.formats"

# Drains that hand mail over at the same time, over all machines.
DRAINS = env.number("DRAINS", 4, low=1, high=1_000)

# Mails that all sign-ups together may lead to; beyond that people are asked to come back.
SIGNUPS_A_MINUTE = env.number("SIGNUPS_A_MINUTE", 600, low=1, high=1_000_000)
SIGNUPS_AN_HOUR = env.number("SIGNUPS_AN_HOUR", 10_000, low=1, high=10_000_000)
# Development only: no limits on sign-ups for load tests, feeds from loopback.
SIGNUP_LIMITS = env.flag("SIGNUP_LIMITS", default=True) or not DEBUG
FETCH_PRIVATE = env.flag("FETCH_PRIVATE", default=False) and DEBUG

# --- The application -------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "config",
    "subscribers",
    "newsletter",
    "anymail",
    # Its pages are found in `config.urls`: workers, which have none, need not load them.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]
MIDDLEWARE = [
    "config.tracing.web.traced",
    "config.watching.views.answer_operators",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.security.ContentPolicyMiddleware",
    "config.security.body_limit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    # It notes how long a page is: what words an empty answer stands below it.
    "django.middleware.common.CommonMiddleware",
    "subscribers.views.errors.never_blank",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "config.entering.guard.second_step",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "config.StaffUser"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.publisher.context",
            ],
        },
    }
]

# --- Database, broker, cache -----------------------------------------------------------------

DATABASES: dict[str, Any] = {
    "default": locations.database("DATABASE_URL", file=VAR_DIR / "newsletter.sqlite3")
}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # Without these most concurrent sign-ups fail with "database is locked"; with them none.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # The last one: or REPLACE would pass what refuses to delete (`subscribers.append_only`).
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;"
        ),
    }
else:
    _database["ENGINE"] = "config.postgresql"
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True

REDIS_URL = locations.url(
    "REDIS_URL",
    # The one that `manage.py up` starts.
    f"unix://{quote(str(env.local_socket(VAR_DIR)))}" if DEBUG else "",
    schemes={"redis", "rediss", "unix"},
)
CACHES = {
    "default": {
        "BACKEND": "config.cache.KeptRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": f"{env.text('BROKER_PREFIX')}newsletter",
        # A page must not hang on a Redis that does not answer; what needs it goes on without.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

# Kombu writes a unix socket as redis+socket://.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SERIALIZER = "json"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker waits for its broker for ever; it is of no use without one, and none once it gave up.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than any task's time limit: a message that is redelivered earlier runs twice at once.
    "visibility_timeout": 600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # Who sends a wake-up does not wait for a broker that is away; the sweep makes up for it.
    "max_retries": 0,
    "interval_start": 0,
    "global_keyprefix": env.text("BROKER_PREFIX"),
}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = ticks.SCHEDULE

# --- Mail ------------------------------------------------------------------------------------

# In order of failover.
EMAIL_PROVIDERS = env.choices(
    "EMAIL_PROVIDERS",
    set(PROVIDERS),
    "outbox" if DEBUG else "smtp",
)
EMAIL_URL = locations.relay("EMAIL_URL", "smtp://127.0.0.1:25" if DEBUG else "")
DEFAULT_FROM_EMAIL = locations.mailbox(
    "DEFAULT_FROM_EMAIL", "The Daymark <briefing@daymark.example>"
)
# Where the DKIM keys of senders' domains are looked for; without them where providers mostly have
# them.
DKIM_SELECTORS = env.words(
    "DKIM_SELECTORS", "default,selector1,selector2,google,s1,s2,k1,k2,mail,dkim,pm,smtp,mx"
)
WEBHOOK_SECRET = env.secret_pair("WEBHOOK_SECRET")
# Where staff are told of trouble besides their mailboxes: a chat, a pager.
STAFF_WEBHOOK_URL = locations.webhook("STAFF_WEBHOOK_URL", is_loopback_fine=DEBUG)
STAFF_WEBHOOK_SECRET = env.text("STAFF_WEBHOOK_SECRET")
# Any ANYMAIL_* variable is handed to django-anymail under its own name.
ANYMAIL = {
    name.removeprefix("ANYMAIL_").removesuffix("_FILE"): env.text(name.removesuffix("_FILE"))
    for name in os.environ
    if name.startswith("ANYMAIL_")
}
if WEBHOOK_SECRET:
    ANYMAIL["WEBHOOK_SECRET"] = WEBHOOK_SECRET

# --- Files -----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Safety ----------------------------------------------------------------------------------

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if SITE_URL.startswith("https://") else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": PUBLIC_POLICY}
# A digest of 30 items with their texts is well under this; a megabyte of sign-up form is not.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# With files: a picture of 15 MB and the words of its form.
DESK_UPLOAD_MAX_SIZE = 20_000_000

# --- Who gets into the desk ------------------------------------------------------------------

LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# Staff have to switch on codes from an app before they can do anything else.
REQUIRE_TOTP = env.flag("REQUIRE_TOTP", default=False)
OTP_TOTP_ISSUER = issuer
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]

# --- Watching --------------------------------------------------------------------------------

# What a scraper of /metrics from elsewhere must give.
METRICS_TOKEN = env.text("METRICS_TOKEN")
LOG_FORMAT = env.choice("LOG_FORMAT", {"text", "json"}, "text" if DEBUG else "json")
LOGGING = logging_config(log_format=LOG_FORMAT)
# Who is told of errors, besides the log.
SENTRY_DSN = locations.dsn("SENTRY_DSN", is_loopback_fine=DEBUG)
SENTRY_ENVIRONMENT = env.line("SENTRY_ENVIRONMENT") or ("development" if DEBUG else "production")
SENTRY_RELEASE = env.line("SENTRY_RELEASE")
