"""Django's settings, made from the checked environment. Importing them starts nothing and asks no database.

One mode decides what must be strict: `live` for a real trial, `demo` for trying out, `test` for the tests.
"""

import sys
from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF

from stegvis.config import database, pages, secretfiles
from stegvis.config.environment import CHECKOUT, environment, is_owner
from stegvis.config.version import code_version

env = environment()
LIVE = env.mode == "live"
TEST = env.mode == "test"
MODE = env.mode
WEB = pages.WEB

DEBUG = False
ALLOWED_HOSTS = [*env.allowed_hosts, *(["testserver"] if TEST else [])]

# Keys -------------------------------------------------------------------------------------------------------------
try:
    _secrets = secretfiles.for_tests() if TEST else secretfiles.read_or_make(env.secrets_directory)
except (secretfiles.SecretsRefused, OSError) as refused:
    sys.stderr.write(f"Stegvis cannot start: its keys cannot be used. {refused}\n")
    raise SystemExit(2) from None
SECRET_KEY = _secrets.signing
FIELD_KEY = _secrets.field_key
LOOKUP_KEY = _secrets.lookup_key
KEYS_FINGERPRINT = _secrets.fingerprint

# The house --------------------------------------------------------------------------------------------------------
ROOMS = (
    "audit",
    "people",
    "protocol",
    "consent",
    "assessments",
    "programme",
    "physiotherapy",
    "messaging",
    "allocation",
    "safety",
    "reminders",
    "trial",
    "reporting",
    "monitoring",
    "exchange",
    "demonstration",
    "web",
)
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    *(f"stegvis.{room}" for room in ROOMS),
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "stegvis.config.urls"
WSGI_APPLICATION = "stegvis.config.wsgi.application"
STUDY_DIRECTORY = env.study
VAR_DIRECTORY = env.var
RESTORED_COPY = False if TEST else None  # None: the first request of a process asks the database
CODE_COMMIT = code_version(CHECKOUT)

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "stegvis.config.headers.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "stegvis.web.middleware.ActingMiddleware",
    "stegvis.web.middleware.PreparingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "stegvis.web.unsent.UnsentMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# Database ---------------------------------------------------------------------------------------------------------
APPLICATION_DATABASE = database.for_django(database.application_url(env))
APPLICATION_ROLE = APPLICATION_DATABASE["USER"]
DATABASES = {"default": database.for_django(database.owner_url(env)) if is_owner() else APPLICATION_DATABASE}

# Pages ------------------------------------------------------------------------------------------------------------
TEMPLATES: list[dict[str, Any]] = [
    pages.templates(
        "django.template.context_processors.request",
        "django.template.context_processors.i18n",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
        "stegvis.web.context.around",
        # A name that a page does not know is a mistake: shown in tests, silent for people.
        string_if_invalid="MISSING VARIABLE %s" if TEST else "",
    )
]
FORM_RENDERER = pages.FORM_RENDERER
STATIC_URL = "static/"
STATIC_ROOT = env.var / "static"
STATICFILES_DIRS = [WEB / "static"] if (WEB / "static").is_dir() else []
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
_STATIC_STORAGE = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if TEST
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}
WHITENOISE_USE_FINDERS = TEST
WHITENOISE_AUTOREFRESH = TEST

# Languages and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = pages.LANGUAGE_CODE
LANGUAGES = pages.LANGUAGES
LOCALE_PATHS = pages.LOCALE_PATHS
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
USE_TZ = True
TIME_ZONE = pages.TIME_ZONE

# Who signs in -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Account"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TEST:  # argon2 is slow on purpose; hundreds of made-up accounts need not be
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = int(timedelta(hours=env.session_hours).total_seconds())
SESSION_IDLE = {
    "participant": timedelta(minutes=env.participant_idle_minutes),
    "staff": timedelta(minutes=env.staff_idle_minutes),
}

# What browsers are told -------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
    }
}
# An uploaded file (an allocation list) stays in memory: Django's other handler would leave a copy in the temporary folder.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "stegvis.web.large_files.UnnamedFileHandler",
]
DEVICE_FILE_MEGABYTES = env.device_file_megabytes
CSRF_FAILURE_VIEW = "stegvis.web.errors.form_expired"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-stegvis" if LIVE else f"stegvis-{env.port}"
CSRF_COOKIE_NAME = "__Host-stegvis-form" if LIVE else f"stegvis-form-{env.port}"
SESSION_COOKIE_SECURE = LIVE
CSRF_COOKIE_SECURE = LIVE
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in env.allowed_hosts] if LIVE else []
SECURE_SSL_REDIRECT = LIVE
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if LIVE else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if LIVE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = LIVE

# Letters ----------------------------------------------------------------------------------------------------------
SITE_URL = env.site_url or f"http://127.0.0.1:{env.port}"
EMAIL_BACKEND = {
    "file": "django.core.mail.backends.filebased.EmailBackend",
    "console": "django.core.mail.backends.console.EmailBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
}[env.mail]
EMAIL_FILE_PATH = env.var / "outbox"
EMAIL_HOST = env.mail_host
EMAIL_PORT = env.mail_port
EMAIL_HOST_USER = env.mail_user
EMAIL_HOST_PASSWORD = env.mail_password.get_secret_value()
EMAIL_USE_TLS = True
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.mail_from
SMS = env.sms
SMS_FILE_PATH = env.var / "outbox-sms"
SMS_ADDRESS = env.sms_address
SMS_USER = env.sms_user
SMS_PASSWORD = env.sms_password.get_secret_value()
SMS_FROM = env.sms_from

# Logs: to a file, without personal data (see config.logs) ---------------------------------------------------------
LOG_FILE = env.var / "log" / "stegvis.log"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"private": {"()": "stegvis.config.logs.PrivateFormatter"}},
    "handlers": {
        "file": {"class": "logging.NullHandler"}
        if TEST
        else {"()": "stegvis.config.logs.private_file", "path": LOG_FILE, "formatter": "private"},
    },
    "root": {"handlers": ["file"], "level": env.log_level},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # At DEBUG Django writes every query with its values into the log.
        "django.db.backends": {"level": "WARNING"},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "psycopg": {"level": "WARNING"},
    },
}
LOGGING_CONFIG = "logging.config.dictConfig"
