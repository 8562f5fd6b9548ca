"""Settings, all from the environment (`.env.example` lists every variable).

Two modes: demo (`DEMO_MODE=1`, what `make run` and the tests use) has defaults for everything;
production has none for what matters and refuses to start without it.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# -- mode -----------------------------------------------------------------------------------
DEMO_MODE = env.bool("DEMO_MODE", default=False)
DEMO_DOORS = env.str("DEMO_DOORS", default="open" if DEMO_MODE else "hours")
DEMO_NOW = env.str("DEMO_NOW", default="")
RATE_LIMITS = env.str("RATE_LIMITS", default="on") != "off"
DEBUG = env.bool("DEBUG", default=False)
HTTPS = env.bool("HTTPS", default=not DEMO_MODE)

DEMO_SECRET = "demo-only-never-in-production-0123456789abcdefghijklmnopqrstuvwxyz"
SECRET_KEY = env.str("SECRET_KEY", default=DEMO_SECRET) if DEMO_MODE else env.str("SECRET_KEY")
# Keys the hashes of visitors' secrets and return codes; rotating SECRET_KEY must not lock visitors out.
VISITOR_HASH_KEY = env.str("VISITOR_HASH_KEY", default=DEMO_SECRET) if DEMO_MODE else env.str("VISITOR_HASH_KEY")
# Seal the blocks of the audit record: the first one seals, the others still prove what they sealed before it.
AUDIT_SEAL_KEYS = env.list("AUDIT_SEAL_KEY", default=[DEMO_SECRET]) if DEMO_MODE else env.list("AUDIT_SEAL_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEMO_MODE else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# -- applications ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "reversion",
    "core",
    "audit",
    "accounts",
    "catalogue",
    "guidance",
    "chat",
    "segments",
    "referrals",
    "perhekeskus",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "core.middleware.PrivacyHeadersMiddleware",
    "core.middleware.UnavailableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.StaffLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.StaffSessionMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.confirmation.ConfirmationMiddleware",
]

ROOT_URLCONF = "perhekeskus.urls"
CSRF_FAILURE_VIEW = "perhekeskus.views_family.csrf_failure"
ASGI_APPLICATION = "perhekeskus.asgi.application"
WSGI_APPLICATION = "perhekeskus.wsgi.application"

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
                "perhekeskus.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "core.templatetags.words"],
        },
    }
]

# -- data -----------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a connection that died with the server is replaced, not used
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
    "min_size": 0,
    "max_size": env.int("DATABASE_POOL_SIZE", default=10),
    "timeout": 5,
}
DATABASES["default"]["OPTIONS"]["connect_timeout"] = 5
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "core.cache.ForgetfulRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "core.cache.hashed",
        "OPTIONS": {"socket_connect_timeout": 1.0, "socket_timeout": 1.0},
    }
}
# Sessions live in PostgreSQL: a sign-in survives the loss of Valkey, and the message writer can check one.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "perhekeskus"},
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300}
CELERY_TIMEZONE = "Europe/Helsinki"

# -- who ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "accounts.adapter.StaffAccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False  # the browser forgets a sign-in when it is closed, the platform after half a day
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {} if RATE_LIMITS else False
ACCOUNT_PREVENT_ENUMERATION = True
# The second step: skippable in the demo, refused to be off in production.
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", default=not DEMO_MODE)
STAFF_MFA_KEYS = env.list("STAFF_MFA_KEYS", default=[DEMO_SECRET]) if DEMO_MODE else env.list("STAFF_MFA_KEYS")
MFA_ADAPTER = "accounts.adapter.SecondStepAdapter"
MFA_FORMS = {"authenticate": "accounts.forms.CodeForm", "reauthenticate": "accounts.forms.ConfirmByCodeForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "perhekeskus_session"
CSRF_COOKIE_SAMESITE = "Lax"
VISITOR_COOKIE_NAME = "perhekeskus_visitor"
VISITOR_COOKIE_AGE = 60 * 24 * 3600
RECEIVER_COOKIE_PREFIX = "perhekeskus_receiver_"

# -- strong identification (docs/adr/0008) ----------------------------------------------------
# Where the demo's own provider is, as browsers and web processes see it; `make run` sets it.
DEMO_PROVIDER_URL = env.str("DEMO_PROVIDER_URL", default="").rstrip("/")
# The provider agreed with, in the demo our own; without one nobody is asked to identify themselves.
IDENTIFICATION_ISSUER = env.str("IDENTIFICATION_ISSUER", default=DEMO_PROVIDER_URL).rstrip("/")
# The way to a provider may lead over further origins (a broker, then a bank): browsers must be told of each.
IDENTIFICATION_ORIGINS = [
    f"{parts.scheme}://{parts.netloc}"
    for parts in map(urlsplit, [IDENTIFICATION_ISSUER, *env.list("IDENTIFICATION_ORIGINS", default=[])])
    if parts.netloc
]
IDENTIFICATION_CLIENT_ID = env.str("IDENTIFICATION_CLIENT_ID", default="perhekeskus-demo" if DEMO_MODE else "")
IDENTIFICATION_RETURN_ADDRESS = env.str("IDENTIFICATION_RETURN_ADDRESS", default="")
IDENTIFICATION_SERVICE_NAME = env.str("IDENTIFICATION_SERVICE_NAME", default="Perhekeskus")
IDENTIFICATION_KEYS = env.str(
    "IDENTIFICATION_KEYS", default=str(BASE_DIR / ".local" / "identification-keys.json") if DEMO_MODE else ""
)
IDENTIFICATION_BACKENDS: dict[str, dict[str, object]] = {}
if IDENTIFICATION_ISSUER:
    IDENTIFICATION_BACKENDS["ftn"] = {
        "backend": "accounts.identification.oidc.backend.OidcBackend",
        "issuer": IDENTIFICATION_ISSUER,
        "client_id": IDENTIFICATION_CLIENT_ID,
        "keys": IDENTIFICATION_KEYS,
        "service_name": IDENTIFICATION_SERVICE_NAME,
        "demo": DEMO_MODE,
    }
IDENTIFICATION_ATTEMPT_AGE = 3600
IDENTIFICATION_COOKIE_NAME = "__Host-perhekeskus_identify" if HTTPS else "perhekeskus_identify"
# A new key goes in front. A hash key is never taken away; a seal key may go after rotate_identity_keys.
IDENTITY_HASH_KEYS = env.list("IDENTITY_HASH_KEYS", default=[DEMO_SECRET] if DEMO_MODE else [])
IDENTITY_SEAL_KEYS = env.list("IDENTITY_SEAL_KEYS", default=[DEMO_SECRET] if DEMO_MODE else [])

# -- languages ------------------------------------------------------------------------------
# Finnish is the source language of every text (docs/adr/0006): `locale/` holds Swedish and English.
LANGUAGE_CODE = "fi"
# Each by its own name, whatever the reader's language is.
LANGUAGES = [("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Helsinki"

# -- files ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / ".local" / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": env.str("STATIC_STORAGE", default="perhekeskus.static_files.HashedStaticFiles")},
}
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
if EMAIL_CONFIG["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "core.letters.SmtpBackend"  # which knows how far a broken conversation had come
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=15)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Perhekeskus <perhekeskus@example.invalid>")

# -- notices by e-mail ----------------------------------------------------------------------
# The site's front address, as letters name it: what sends them has no request to ask.
PUBLIC_ADDRESS = env.str(
    "PUBLIC_ADDRESS",
    default=f"http://127.0.0.1:{env.int('PORT', default=8000)}"
    if DEMO_MODE
    else f"https://{ALLOWED_HOSTS[0]}"
    if ALLOWED_HOSTS
    else "",
).rstrip("/")
NOTICE_REPLY_TO = env.str("NOTICE_REPLY_TO", default="")
# So long somebody has to read what came by themselves, before a notice goes (seconds).
NOTICE_DELAY = env.int("NOTICE_DELAY", default=5 * 60)

# -- safety ---------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # The button "identify yourself" is a form whose answer leads to the provider.
        "form-action": [SELF, *IDENTIFICATION_ORIGINS],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# What a family sees on its telephone when a worker calls: a number to be recognised, or nothing (an unknown number).
CALLBACK_CALLER = env.str("CALLBACK_CALLER", default="")
# The national service catalogue (PTV), read every night; and the county whose services are wanted of it.
PTV_ADDRESS = env.str("PTV_ADDRESS", default="")
PTV_COUNTY = env.str("PTV_COUNTY", default="")
QUICK_EXIT_URL = env.str("QUICK_EXIT_URL", default="https://www.ilmatieteenlaitos.fi/")

# -- API ------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.SessionOrVisitorAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["core.permissions.MarkedOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "core.schema.SchemaWithRefusals",
    "EXCEPTION_HANDLER": "core.refusals.problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Perhekeskus",
    "DESCRIPTION": "The HTTP interface of Perhekeskus: doors, contacts, threads and the desk.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "ContactStateEnum": "guidance.models.contact.Contact.State",
        "IdentificationStateEnum": "guidance.identification.ShownState",
        "CallOutcomeEnum": "guidance.models.callback.CallbackAttempt.Outcome",
        "ContactOutcomeEnum": "guidance.models.contact.Contact.Outcome",
    },
}

# -- the rhythm of the chat (seconds) -------------------------------------------------------
CHAT_WORKER_GRACE = env.int("CHAT_WORKER_GRACE", default=60)
CHAT_IDLE_WARNING = env.int("CHAT_IDLE_WARNING", default=10 * 60)
CHAT_IDLE_CLOSE = env.int("CHAT_IDLE_CLOSE", default=20 * 60)
ALARM_UNMANNED_AFTER = env.int("ALARM_UNMANNED_AFTER", default=10 * 60)
DANGER_WORDS_KEPT = env.int("DANGER_WORDS_KEPT", default=30)
ALARM_DANGER_AFTER = env.int("ALARM_DANGER_AFTER", default=2 * 60)
CALLBACK_IDLE_AFTER = env.int("CALLBACK_IDLE_AFTER", default=4 * 3600)
PRESENCE_FORGOTTEN_AFTER = env.int("PRESENCE_FORGOTTEN_AFTER", default=30 * 60)
CHAT_LANGUAGE_WAIT = env.int("CHAT_LANGUAGE_WAIT", default=5 * 60)
CHAT_CLOSING_GRACE = env.int("CHAT_CLOSING_GRACE", default=15 * 60)

# -- how long each class of record is kept, in days (perhekeskus/retention.py says of what and from when) ------------
RETENTION_DAYS = {
    "anonymous": env.int("RETENTION_ANONYMOUS_DAYS", default=180),
    "identified": env.int("RETENTION_IDENTIFIED_DAYS", default=10 * 365),
    "visitor_keys": env.int("RETENTION_VISITOR_KEYS_DAYS", default=60),
    "fruitless_attempts": env.int("RETENTION_FRUITLESS_ATTEMPTS_DAYS", default=1),
    "unproved_addresses": env.int("RETENTION_UNPROVED_ADDRESSES_DAYS", default=1),
    "drafts": env.int("RETENTION_DRAFTS_DAYS", default=30),
    "loose_evidence": env.int("RETENTION_LOOSE_EVIDENCE_DAYS", default=2 * 365),
    "callback_numbers": env.int("RETENTION_CALLBACK_NUMBERS_DAYS", default=7),
    "consultations": env.int("RETENTION_CONSULTATIONS_DAYS", default=365),
    "handover_rooms": env.int("RETENTION_HANDOVER_ROOMS_DAYS", default=90),
    "ended_shares": env.int("RETENTION_ENDED_SHARES_DAYS", default=30),
    "break_glass": env.int("RETENTION_BREAK_GLASS_DAYS", default=2 * 365),
    "look_reviews": env.int("RETENTION_LOOK_REVIEWS_DAYS", default=2 * 365),
    "answered_wishes": env.int("RETENTION_ANSWERED_WISHES_DAYS", default=2 * 365),
    "older_log": env.int("RETENTION_OLDER_LOG_DAYS", default=2 * 365),
    "accessibility_feedback": env.int("RETENTION_ACCESSIBILITY_FEEDBACK_DAYS", default=365),
    "outbox": env.int("RETENTION_OUTBOX_DAYS", default=30),
    "alarms": env.int("RETENTION_ALARMS_DAYS", default=90),
    "turned_away": env.int("RETENTION_TURNED_AWAY_DAYS", default=2 * 365),
    "missed_searches": env.int("RETENTION_MISSED_SEARCHES_DAYS", default=365),
    "admin_changes": env.int("RETENTION_ADMIN_CHANGES_DAYS", default=2 * 365),
    "catalogue_changes": env.int("RETENTION_CATALOGUE_CHANGES_DAYS", default=2 * 365),
    # Not settings: an empty shell says nothing, and evidence is kept as long as the record of looks, which the
    # database itself keeps for twelve years.
    "sessions": 0,
    "empty_persons": 30,
    "empty_visitors": 60,
    "empty_relationships": 180,
    "erasure_evidence": 12 * 365,
    "purge_runs": 12 * 365,
    "audit": 12 * 365,
}

# -- logs: paths and codes, never a body, a name or an address --------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "core.logs.PrivateFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    # The seals of the audit are to stand somewhere outside the database, too.
    "loggers": {
        # Django's own handlers would mail a faulty request with all that was sent in it.
        "django": {"handlers": [], "propagate": True},
        "perhekeskus.audit.seal": {"level": "WARNING" if DEMO_MODE else "INFO"},
        # And the numbers of what was erased, so that a restored dump can be put right.
        "perhekeskus.erasure": {"level": "WARNING" if DEMO_MODE else "INFO"},
    },
}
