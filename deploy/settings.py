"""Every setting of the shop, read from the environment. deploy/README.md lists the variables."""

from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from corsheaders.defaults import default_headers
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

from deploy import environment
from deploy.embedded import addresses
from deploy.outside_services import (  # noqa: F401 - settings of their own page
    SHIPPING_PROVIDER_OPTIONS,
    SHIPPING_PROVIDER_PAUSE_SECONDS,
    SHIPPING_PROVIDERS,
    TAX_ANSWER_SECONDS,
    TAX_SERVICE_OPTIONS,
    TAX_SERVICES,
)
from deploy.regular_jobs import SWEEPERS  # noqa: F401 - a setting

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where and how this shop runs -------------------------------------------------------------------------------

HANDCART_VERSION = "0.1.0"
HANDCART_ENV = environment.choice("HANDCART_ENV", ("local", "production"))
IS_LOCAL = HANDCART_ENV == "local"
HANDCART_HOME = environment.home_directory(BASE_DIR)
PORT = environment.number("PORT", 8000)
# How many threads of a web process answer at a time, and how many of them known documents of shoppers (0: as many).
BLOCKING_THREADS = environment.number("BLOCKING_THREADS", 8)
TURNS = environment.number("TURNS", 2)
# How many of them may wait for payment gateways: beyond it a payment is told GATEWAY_BUSY, and the shop goes on.
OUTSIDE_CALLS = environment.number("OUTSIDE_CALLS", max(1, BLOCKING_THREADS // 2))
if not IS_LOCAL:
    environment.require("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL")
PUBLIC_URL = environment.text("PUBLIC_URL", f"http://localhost:{PORT}").rstrip("/")

DEBUG = False
SECRET_KEY = environment.text("SECRET_KEY") or environment.local_secret_key(HANDCART_HOME)
if not IS_LOCAL and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is too short to be a secret: 50 random characters or more are needed.")
ROOT_URLCONF = "deploy.urls"
WSGI_APPLICATION = "deploy.wsgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "commerce.accounts.admin_site.SuperuserAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "corsheaders",
    "commerce.events",
    "commerce.idempotency",
    "commerce.channels",
    "commerce.permissions",
    "commerce.accounts",
    "commerce.attributes",
    "commerce.catalog",
    "commerce.content",
    "commerce.search",
    "commerce.inventory",
    "commerce.importing",
    "commerce.exporting",
    "commerce.shipping",
    "commerce.taxes",
    "commerce.promotions",
    "commerce.giftcards",
    "commerce.payments",
    "commerce.pricing",
    "commerce.orders",
    "commerce.checkout",
    "webhooks",
    "schema.persisted",
    "schema.sdl",
    "schema.explorer",
    "schema.cache",
    "deploy.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- PostgreSQL and Redis ---------------------------------------------------------------------------------------

DATABASE_URL = environment.text("DATABASE_URL") or addresses.database_url(HANDCART_HOME)
REDIS_URL = environment.text("REDIS_URL") or addresses.redis_url(HANDCART_HOME)
REDIS_BROKER_URL = environment.text("REDIS_BROKER_URL") or environment.with_redis_number(
    REDIS_URL, environment.redis_number(REDIS_URL) + 1
)
PREPARED_STATEMENTS = environment.flag("PREPARED_STATEMENTS", default=True)
STATEMENT_TIMEOUT_MS = environment.number("STATEMENT_TIMEOUT_MS", 15_000)
LOCK_TIMEOUT_MS = environment.number("LOCK_TIMEOUT_MS", 5_000)

DATABASES = {
    "default": {
        "ENGINE": "deploy.database",
        **environment.database_settings(DATABASE_URL),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            **environment.database_options(DATABASE_URL),
            "application_name": f"handcart {environment.text('HANDCART_PROCESS', 'command')}",
            "options": (
                f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS}"
                " -c idle_in_transaction_session_timeout=60000"
                # Prepared statements are planned once, for all parameters: planning one costs more than running it.
                " -c plan_cache_mode=force_generic_plan"
            ),
        },
    }
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "handcart",
        # One more try on a connection that Redis closed; waiting for a Redis that is gone would hold up requests.
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 1)},
    }
}

# --- GraphQL ----------------------------------------------------------------------------------------------------

# Off: every operation is executed by graphql-core, one object after the other.
GRAPHQL_ENGINE = environment.flag("GRAPHQL_ENGINE", default=True)
# Answers that are the same for every anonymous shopper are kept in Redis (schema/cache).
RESPONSE_CACHE = environment.flag("RESPONSE_CACHE", default=True)
# For how many seconds a CDN may serve such an answer without asking; what is written meanwhile is seen so much later.
SHARED_CACHE_SECONDS = environment.number("SHARED_CACHE_SECONDS", 0)

# --- Storefronts ------------------------------------------------------------------------------------------------

# Where storefronts show things, for sitemaps and feeds; a channel's metadata may say otherwise (commerce/feeds).
STOREFRONT = {
    "url": environment.text("STOREFRONT_URL"),
    "language": environment.text("STOREFRONT_LANGUAGE"),
    "translated": environment.text("STOREFRONT_TRANSLATED_PREFIX", "/{language}"),
    "product": environment.text("STOREFRONT_PRODUCT_PATH", "/products/{slug}"),
    "variant": environment.text("STOREFRONT_VARIANT_PATH", "/products/{slug}?variant={variant}"),
    "category": environment.text("STOREFRONT_CATEGORY_PATH", "/categories/{slug}"),
    "collection": environment.text("STOREFRONT_COLLECTION_PATH", "/collections/{slug}"),
    "page": environment.text("STOREFRONT_PAGE_PATH", "/pages/{slug}"),
}

# --- Events and background work ---------------------------------------------------------------------------------

# Who is told of every event, in this order, in one transaction.
EVENT_CONSUMERS = ["webhooks.fanout.consume", "commerce.reactions.consume"]
# Modules with dramatiq actors, for deploy.worker.
DRAMATIQ_TASK_MODULES = ["webhooks.tasks", "commerce.importing.tasks", "commerce.exporting.tasks"]
# Webhooks may call plain http, and private and loopback addresses: for a partner on the developer's own machine.
WEBHOOKS_ALLOW_HTTP = environment.flag("WEBHOOKS_ALLOW_HTTP", default=IS_LOCAL)
WEBHOOKS_ALLOW_PRIVATE = environment.flag("WEBHOOKS_ALLOW_PRIVATE", default=IS_LOCAL)
# How many rows of a file are brought into the catalog with one transaction.
IMPORT_BATCH_ROWS = environment.number("IMPORT_BATCH_ROWS", 1_000)
# Imports may fetch pictures from private and loopback addresses.
PICTURES_ALLOW_PRIVATE = environment.flag("PICTURES_ALLOW_PRIVATE", default=False)

# --- Payments ---------------------------------------------------------------------------------------------------

# The test gateway gives goods away: in production it has to be asked for by name.
PAYMENTS_DUMMY = environment.flag("PAYMENTS_DUMMY", default=IS_LOCAL)
# Dotted paths of gateway classes; installed packages add theirs (plugins/README.md).
PAYMENT_GATEWAYS = ["plugins.dummy_payment.DummyGateway"] if PAYMENTS_DUMMY else []
# Gateway id -> what its class is given.
PAYMENT_GATEWAY_OPTIONS: dict[str, dict[str, object]] = {
    "dummy": {"redis_url": REDIS_URL, "notification_secret": environment.text("PAYMENTS_DUMMY_NOTIFICATION_SECRET")},
}

# --- Stock ------------------------------------------------------------------------------------------------------

# Dotted paths of the ways in which a channel can choose among its warehouses; installed packages add theirs.
ALLOCATION_STRATEGIES = [f"commerce.inventory.strategies.{name}" for name in ("ByPriority", "ByHighestStock")]

# --- Search -----------------------------------------------------------------------------------------------------

# The language whose words that say nothing are passed over where a shopper names none.
SEARCH_LANGUAGE = environment.text("SEARCH_LANGUAGE", "en")
# How many days it is kept what shoppers searched for; 0: it is not written down.
SEARCH_LOG_DAYS = environment.number("SEARCH_LOG_DAYS", 90)
# The id of the engine that searches: "postgres", one of SEARCH_ENGINES, or one of an installed package.
SEARCH_ENGINE = environment.text("SEARCH_ENGINE", "postgres")
SEARCH_ENGINES = ["commerce.search.postgres.PostgresSearch"]
# Engine id -> what its class is given.
SEARCH_ENGINE_OPTIONS: dict[str, dict[str, object]] = {}
# How long another engine may take, and what is done without it: "postgres" searches instead, "empty" finds nothing.
SEARCH_TIMEOUT_MS = environment.number("SEARCH_TIMEOUT_MS", 500)
SEARCH_WITHOUT_ENGINE = environment.choice("SEARCH_WITHOUT_ENGINE", ("postgres", "empty"))

# --- Files ------------------------------------------------------------------------------------------------------

# Larger pictures are refused before they are decoded; pixels are what a decoder needs memory for.
PICTURE_MAX_BYTES = environment.number("PICTURE_MAX_MB", 20) * 2**20
FILE_MAX_BYTES = environment.number("FILE_MAX_MB", 20) * 2**20
PICTURE_MAX_PIXELS = environment.number("PICTURE_MAX_MEGAPIXELS", 50) * 10**6
MEDIA_STORAGE = environment.choice("MEDIA_STORAGE", ("local", "s3"))
MEDIA_URL = "/media/"
MEDIA_ROOT = HANDCART_HOME / "media"
STATIC_URL = "/static/"
# WhiteNoise indexes the applications' own static folders when a process starts, so there is no collecting step.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STATICFILES_DIRS: list[tuple[str, Path]] = []

if MEDIA_STORAGE == "s3":
    environment.require("S3_BUCKET")
    MEDIA_BACKEND: dict[str, object] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": environment.text("S3_BUCKET"),
            "region_name": environment.text("S3_REGION") or None,
            "endpoint_url": environment.text("S3_ENDPOINT_URL") or None,
            "custom_domain": environment.text("S3_CUSTOM_DOMAIN") or None,
            "querystring_auth": environment.flag("S3_SIGNED_URLS", default=False),
            "file_overwrite": False,
        },
    }
else:
    MEDIA_BACKEND = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
# The largest request with files that staff may send to /graphql/admin/, in bytes.
UPLOAD_MAX_BYTES = environment.number("UPLOAD_MAX_MB", 500) * 1024 * 1024
# What is imported and exported, and reports: never served as it lies there.
if MEDIA_STORAGE == "s3":
    PRIVATE_BACKEND: dict[str, object] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": environment.text("S3_PRIVATE_BUCKET") or environment.text("S3_BUCKET"),
            "region_name": environment.text("S3_REGION") or None,
            "endpoint_url": environment.text("S3_ENDPOINT_URL") or None,
            "location": "private",
            "default_acl": "private",
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }
else:
    PRIVATE_BACKEND = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HANDCART_HOME / "private", "file_permissions_mode": 0o600},
    }
STORAGES = {
    "default": MEDIA_BACKEND,
    "private": PRIVATE_BACKEND,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# --- People and passwords ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

ACCESS_TOKEN_SECONDS = environment.number("ACCESS_TOKEN_SECONDS", 300)
REFRESH_TOKEN_SECONDS = environment.number("REFRESH_TOKEN_SECONDS", 30 * 86_400)
# Off: a registration is active at once. On: nobody signs in before the address is confirmed.
ACCOUNTS_CONFIRM_BY_EMAIL = environment.flag("ACCOUNTS_CONFIRM_BY_EMAIL", default=False)
# Hosts of storefronts that a mail may lead back to, besides PUBLIC_URL's own.
ALLOWED_CLIENT_HOSTS = environment.words("ALLOWED_CLIENT_HOSTS")

# --- HTTP -------------------------------------------------------------------------------------------------------

public_address = urlsplit(PUBLIC_URL)
if public_address.scheme not in ("http", "https") or not public_address.hostname:
    raise ImproperlyConfigured(f"PUBLIC_URL must be an http(s) address; it is {PUBLIC_URL!r}.")
IS_HTTPS = public_address.scheme == "https"

ALLOWED_HOSTS = [public_address.hostname, *environment.words("ALLOWED_HOSTS")]
if IS_LOCAL:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# The storefront answers documents that were registered (manage.py register_documents) and no others.
PERSISTED_DOCUMENTS_ONLY = environment.flag("PERSISTED_DOCUMENTS_ONLY", default=False)
# How many operations one HTTP request may carry: 0 (no batches) to 10.
GRAPHQL_BATCH = environment.number("GRAPHQL_BATCH", 0)
if not 0 <= GRAPHQL_BATCH <= 10:
    raise ImproperlyConfigured(f"GRAPHQL_BATCH must be between 0 and 10; it is {GRAPHQL_BATCH}.")
GRAPHQL_LIMITS = {"batch": GRAPHQL_BATCH}
# GraphiQL for browsers at both GraphQL addresses.
EXPLORER = environment.flag("EXPLORER", default=True)

CORS_ALLOWED_ORIGINS = environment.words("CORS_ALLOWED_ORIGINS")
CORS_ALLOWED_ORIGIN_REGEXES = [r"^http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$"] if IS_LOCAL else []
CORS_URLS_REGEX = r"^/graphql/"
CORS_ALLOW_METHODS = ("GET", "POST", "OPTIONS")
# `default_headers` holds Authorization and Content-Type already.
CORS_ALLOW_HEADERS = (*default_headers, "idempotency-key", "x-handcart-version")
CORS_EXPOSE_HEADERS = ("X-Handcart-Version", "X-Request-Id")
CORS_ALLOW_CREDENTIALS = False

# How many proxies of ours stand in front and append to X-Forwarded-For; 0: none, and the header is nobody's word.
TRUSTED_PROXIES = environment.number("TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = False
    SECURE_SSL_REDIRECT = IS_HTTPS
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- What the process says --------------------------------------------------------------------------------------

LOG_LEVEL = environment.choice("LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "deploy.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {"django": {"handlers": [], "level": LOG_LEVEL, "propagate": True}},
}
