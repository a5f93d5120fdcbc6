"""All settings, read from the environment and parsed strictly. `.env.example` lists them.

A secret NAME may also be given as NAME_FILE, the path of a file that holds it. There is no default for
a secret: `make run` and the tests bring their own.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, validate

from careerconv import logs, mailurl

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


def secret(name: str, default: str | None = None) -> str:
    """The value of NAME, or what the file NAME_FILE holds."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        message = f"Set {name} (or {name}_FILE). See .env.example."
        raise ImproperlyConfigured(message)
    return value


DEBUG = env.bool("DEBUG", False)
SECRET_KEY = secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = secret("SECRET_KEY_FALLBACKS", "").split()
AUDIT_KEY = secret("AUDIT_KEY")
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var")))
FONTS_DIR = Path(env.str("FONTS_DIR", str(BASE_DIR / "var" / "fonts")))  # made by bin/fonts at set-up
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
SECURE = urlsplit(SITE_URL).scheme == "https"
DEV_MAIL_DIR = Path(path) if (path := env.str("DEV_MAIL_DIR", "")) else None

# ---------------------------------------------------------------- applications

INSTALLED_APPS = [
    "careerconv.apps.CareerConvConfig",
    "insights",
    "records",
    "interviews",
    "plans",
    "skills",
    "people",
    "outbox",
    "audit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "careerconv.middleware.access_log",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "careerconv.middleware.confidential_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.middleware.session_limits",
    "people.middleware.person_settings",
    "people.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "careerconv.urls"
WSGI_APPLICATION = "careerconv.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "people.context.frame",
            ],
            "libraries": {"i18n": "people.i18n"},
        },
    },
]

# ---------------------------------------------------------------- database, cache, broker

DATABASE_URL = secret("DATABASE_URL", f"sqlite:///{DATA_DIR / 'careerconv.sqlite3'}")
# A connection is kept for ten minutes by each thread, and tried before it is used again.
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Without IMMEDIATE, two transactions that read and then write end in "database is locked";
    # without recursive triggers, INSERT OR REPLACE passes the triggers that forbid deleting.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;",
    }
else:
    # A server that is gone is noticed in seconds, not when the network gives up.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    if env.bool("DATABASE_PREPARES", True):
        # What a connection has asked three times is planned once: planning takes half of a page's time in the database.
        DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 3}
        # Pages read the first rows of lists. PostgreSQL would prepare for all of them, by compiling and by tables for
        # what might come twice, and that takes five times as long as the rows.
        # What the environment says for libpq is said with it: an option of the connection would take its place.
        quick = f"-c jit=off -c enable_memoize=off {env.str('PGOPTIONS', '')}".strip()
        DATABASES["default"]["OPTIONS"].setdefault("options", quick)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CELERY_BROKER_URL = secret("CELERY_BROKER_URL", "filesystem://")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
if CELERY_BROKER_URL == "filesystem://":
    # Only a bell: the sweep over the database is the promise.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker" / "queue"),
        "data_folder_out": str(DATA_DIR / "broker" / "queue"),
        "control_folder": str(DATA_DIR / "broker" / "control"),
    }
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        "visibility_timeout": 3600,
    }
# A broker that is down must not hold up a page: one try, then the sweep does it.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = "UTC"
SWEEP_SECONDS = env.float("SWEEP_SECONDS", 60.0)
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "careerconv.tasks.sweep", "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS * 0.9}},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

if CELERY_BROKER_URL.startswith("redis"):
    CACHES = {
        "default": {
            "BACKEND": "careerconv.cache.RedisCache",
            "LOCATION": secret("CACHE_URL", CELERY_BROKER_URL),
            "KEY_PREFIX": "careerconv",
            # A cache that hangs must not hold up a page.
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        },
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(DATA_DIR / "cache"),
        },
    }

# ---------------------------------------------------------------- people and sign-in

AUTH_USER_MODEL = "people.Employee"
AUTHENTICATION_BACKENDS = ["people.accounts.backend.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "people.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"change_password": "people.accounts.forms.OwnPasswordForm"}
# Tries are counted by people.throttling: allauth counts in the cache, where parallel ones can slip through.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
MFA_ADAPTER = "people.accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "people.accounts.forms.CodeForm",
    "reauthenticate": "people.accounts.forms.CodeAgainForm",
    "activate_totp": "people.accounts.forms.ActivateAppForm",
    "add_webauthn": "people.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "people.accounts.forms.NamePasskeyForm",
    "authenticate_webauthn": "people.accounts.forms.PasskeyForm",
    "reauthenticate_webauthn": "people.accounts.forms.PasskeyAgainForm",
    "login_webauthn": "people.accounts.forms.PasskeyAloneForm",
}
REQUIRE_SECOND_FACTOR: list[str] = env.list("REQUIRE_SECOND_FACTOR", [])
if unknown := set(REQUIRE_SECOND_FACTOR) - {"hr", "administrator"}:
    message = f"REQUIRE_SECOND_FACTOR knows the offices hr and administrator, not {', '.join(sorted(unknown))}."
    raise ImproperlyConfigured(message)
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_DISPLAY = "people.accounts.display"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "people.passwords.GuessableValidator"},
]

SESSION_ENGINE = "people.sessions.cached" if CELERY_BROKER_URL.startswith("redis") else "people.sessions.stored"
SESSION_SAVED_EVERY = 60
# A minute more, because its last use may be noted as much too early.
SESSION_COOKIE_AGE = env.int("SESSION_IDLE_MINUTES", 60) * 60 + SESSION_SAVED_EVERY
SESSION_HOURS = env.int("SESSION_HOURS", 12)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "people.middleware.stale_form"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ---------------------------------------------------------------- transport and browser

if SECURE:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrf"
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# ---------------------------------------------------------------- language, time, files

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("nl", _("Dutch")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files"), "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CRISPY_ALLOWED_TEMPLATE_PACKS = ("paper",)
CRISPY_TEMPLATE_PACK = "paper"
CRISPY_CLASS_CONVERTERS = {
    "textinput": "",
    "emailinput": "",
    "passwordinput": "",
    "textarea": "",
    "numberinput": "",
    "select": "",
    "selectmultiple": "",
    "radioselect": "",
    "checkboxinput": "",
    "checkboxselectmultiple": "",
    "dateinput": "",
    "datetimeinput": "",
    "clearablefileinput": "",
}
# Two libraries of one name: people.i18n stands in for Django's on purpose.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

# ---------------------------------------------------------------- mail

for key, value in mailurl.parse(secret("EMAIL_URL", "smtp://127.0.0.1:25")).items():
    globals()[key] = value
EMAIL_TIMEOUT = 20
OUTBOX_CLAIM_SECONDS = env.int("OUTBOX_CLAIM_SECONDS", 600)
# Whether `send_due --at` may really send as of another moment; a demonstration may anyway.
MAY_CHOOSE_MOMENT = False
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"career-conversations@{urlsplit(SITE_URL).hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# ---------------------------------------------------------------- the organisation's seal

SEAL_PKCS12_FILE = env.str("SEAL_PKCS12_FILE", "")
SEAL_PKCS12_PASSWORD = secret("SEAL_PKCS12_PASSWORD", "")
TIMESTAMP_URL = env.str("TIMESTAMP_URL", "")

# ---------------------------------------------------------------- logs: ids and counts, never content

LOG_FORMAT = env.str("LOG_FORMAT", "line", validate=validate.OneOf(["line", "json"]))
LOGGING = logs.configuration(form=LOG_FORMAT, level=env.str("LOG_LEVEL", "INFO"))
