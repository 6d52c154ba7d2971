"""Settings of the dashboard: the only module that reads the environment.

Every name is explained in README.md and `.env.example`. An unsafe mix (demo mode or DEBUG on a public address, a
public address without https or without a secret key of its own, files that others may open) raises ImproperlyConfigured
at the start.
The sandbox has settings of its own in `scheduling/sandbox/settings.py`.
"""

import ipaddress
import os
import secrets
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environ.fileaware_mapping import FileAwareMapping

from scheduling.file_modes import too_wide


class Given(FileAwareMapping):
    """The environment. `WELKIN_SECRET_FILE` and the like name a file that holds the value, as containers are given
    secrets (ASVS 13.3.1); the break that ends its line is none of it. Raises ImproperlyConfigured."""

    def __getitem__(self, key: str) -> str:
        try:
            return str(super().__getitem__(key)).rstrip("\r\n")
        except OSError as unreadable:
            raise ImproperlyConfigured(f"The file that {key}_FILE names cannot be read.") from unreadable


BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.ENVIRON = Given()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def refuse(why: str) -> NoReturn:
    raise ImproperlyConfigured(why)


def whole_number(name: str, default: int, *, most: int = 10**9) -> int:
    """A positive whole number of the environment. Raises ImproperlyConfigured for anything else."""
    text = env.str(name, default="") or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= most:
        refuse(f"{name} must be a whole number between 1 and {most}, not {text!r}.")
    return int(text)


# --- What runs where -------------------------------------------------------------------------------------------------

WELKIN_URL = env.str("WELKIN_URL", default="").rstrip("/")
# Unset means the sandbox of `make run`, whose credentials stand in a file that it writes itself.
SANDBOX = not WELKIN_URL
DEBUG = env.bool("DEBUG", default=False)
# Logins without a password are for invented people only: never over a real tenant.
DEMO = env.bool("DEMO", default=False) and SANDBOX
DATA = Path(env.str("DATA", default="./var")).absolute()
PORT = whole_number("PORT", 8000, most=65535)
SANDBOX_PORT = whole_number("SANDBOX_PORT", 8001, most=65535)
PUBLIC_URL = (env.str("PUBLIC_URL", default="") or f"http://localhost:{PORT}").rstrip("/")
_public = urlsplit(PUBLIC_URL)
LOCAL_ONLY = (_public.hostname or "") in LOOPBACK
HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or (["localhost", "127.0.0.1", "[::1]"] if LOCAL_ONLY else [])
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])


try:
    for _proxy in TRUSTED_PROXIES:
        ipaddress.ip_network(_proxy, strict=False)
except ValueError:
    refuse("TRUSTED_PROXIES must be addresses or networks such as 10.0.0.0/8, with commas between them.")
if DEMO and not (LOCAL_ONLY and all(host.strip("[]") in LOOPBACK for host in ALLOWED_HOSTS)):
    refuse(
        "DEMO offers logins without a password, on a loopback address only: unset it, or PUBLIC_URL and ALLOWED_HOSTS."
    )
if any("*" in host or host.startswith(".") for host in ALLOWED_HOSTS):
    refuse("ALLOWED_HOSTS must name each host in full.")
if DEBUG and not (LOCAL_ONLY and all(host.strip("[]") in LOOPBACK for host in ALLOWED_HOSTS)):
    refuse("DEBUG shows internals to everybody: unset it where PUBLIC_URL or ALLOWED_HOSTS is no loopback address.")
if not LOCAL_ONLY:
    if not HTTPS:
        refuse("PUBLIC_URL must start with https:// when it is not a loopback address.")
    if not ALLOWED_HOSTS:
        refuse("ALLOWED_HOSTS must name the hosts that PUBLIC_URL is reached by.")
    if len(env.str("SECRET_KEY", default="")) < 50:
        refuse("SECRET_KEY must be set (50 random characters or more) where PUBLIC_URL is not a loopback address.")


def kept_secret(path: Path) -> str:
    """A random key kept in a file that only its owner may read; made when it is not there."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(64))
        return path.read_text().strip()
    except OSError as closed:
        refuse(f"DATA is {path.parent}, where nothing can be kept ({closed.strerror}): name another folder.")


# Where only this machine is served, the folder itself may be wider: it may be one that somebody else made.
_wide = too_wide(DATA, *(() if LOCAL_ONLY else (DATA, BASE_DIR / ".env")))
if _wide:
    refuse(f"Others than the owner may open {', '.join(map(str, _wide))}: run chmod -R go= on each.")

SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(DATA / "secret-key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# --- The API ---------------------------------------------------------------------------------------------------------

if WELKIN_URL.startswith("http://") and (urlsplit(WELKIN_URL).hostname or "") not in LOOPBACK:
    refuse("WELKIN_URL must start with https://: the client's secret and patients' names would travel readable.")
SANDBOX_URL = f"http://127.0.0.1:{SANDBOX_PORT}"
SANDBOX_DATA = DATA / "sandbox"
SANDBOX_DATABASE_URL = env.str("SANDBOX_DATABASE_URL", default="")
WELKIN_TENANT = env.str("WELKIN_TENANT", default="")
WELKIN_INSTANCE = env.str("WELKIN_INSTANCE", default="")
WELKIN_CLIENT = env.str("WELKIN_CLIENT", default="")
WELKIN_SECRET = env.str("WELKIN_SECRET", default="")
CLINIC_NAME = env.str("CLINIC_NAME", default="Harbor Clinic" if SANDBOX else "Our clinic")
CLINIC_TIMEZONE = env.str("CLINIC_TIMEZONE", default="America/New_York")
SETTLE_SECONDS = whole_number("SETTLE_SECONDS", 120)
# What all processes together may ask of the API: below the 1,000 for each key that its makers tell. The sandbox has no
# such limit, so none is kept there unless it is set.
WELKIN_CALLS_PER_MINUTE = (
    None
    if SANDBOX and not env.str("WELKIN_CALLS_PER_MINUTE", default="")
    else whole_number("WELKIN_CALLS_PER_MINUTE", 900)
)
# Figures for machines that watch this one: only with this token, and not at all without. All processes of a machine
# count into one folder, which the library is told before it is first imported.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_FOLDER = DATA / "metrics" if METRICS_TOKEN else None
if METRICS_TOKEN and len(METRICS_TOKEN) < 32:
    refuse("METRICS_TOKEN must have 32 random characters or more.")
if METRICS_FOLDER:
    METRICS_FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_FOLDER)
# The threads of one web process; at most half of them may wait for the API.
WEB_THREADS = whole_number("WEB_THREADS", 8, most=1000)
# Seconds between two times that a process adds the calls it made to those of all, for the page of the connection.
CALLS_KEPT_EVERY = 10
# How many threads of a process read again what a page showed from what is kept; 0: at once, by the page itself.
KEPT_THREADS = 2

# --- Django ----------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "django_structlog",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "rules.apps.AutodiscoverRulesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "scheduling",
    "scheduling.accounts",
    "scheduling.directory",
    "scheduling.ledger",
    "scheduling.vitals",
    "scheduling.web",
]

MIDDLEWARE = [
    "scheduling.web.middleware.deadline.AnswerInTime",
    "scheduling.web.middleware.proxies.believe_listed_proxies",
    "scheduling.web.middleware.headers.answer_headers",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "scheduling.web.middleware.idle.end_idle_sessions",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "scheduling.web.middleware.access.note_access",
    "allauth.account.middleware.AccountMiddleware",
    "scheduling.web.middleware.login.LoginRequired",
    "scheduling.web.middleware.second_factor.SecondFactorRequired",
    "scheduling.web.middleware.forms.KeepForms",
    "scheduling.web.middleware.desk.seat_at_desk",
    "scheduling.web.middleware.limits.Limits",
    "scheduling.web.middleware.failures.Failures",
]

ROOT_URLCONF = "scheduling.urls"
WSGI_APPLICATION = "scheduling.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

_loaders = [
    "template_partials.loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", _loaders[1:])])],
            "builtins": [
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "scheduling.web.context.frame",
            ],
        },
    }
]

_database_url = env.str("DATABASE_URL", default="") or f"sqlite:///{DATA / 'daybook.sqlite3'}"
DATABASES: dict[str, dict[str, Any]] = {"default": env.db_url_config(_database_url)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # The file names patients: whichever command makes it or its journal, only its owner may read it.
    os.umask(0o077)
    # A write that begins as a read would fail at once under load instead of waiting (reliability 1.6).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_cache_url = env.str("CACHE_URL", default="")
CACHES = {
    "default": env.cache_url_config(_cache_url)
    if _cache_url
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
if CACHES["default"]["BACKEND"].endswith(".RedisCache"):
    CACHES["default"]["BACKEND"] = "scheduling.caching.RedisOrLocal"

# Requests a minute of one login, by what they cost (scheduling/web/limits.py says which routes). A person at work stays
# far below: a search asks with each pause in typing, the report of a year asks once for each month.
RATE_LIMITS = {
    "export": whole_number("EXPORTS_PER_MINUTE", 10),
    "search": whole_number("SEARCHES_PER_MINUTE", 120),
    "figures": whole_number("FIGURES_PER_MINUTE", 120),
    "find": whole_number("FINDS_PER_MINUTE", 60),
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "scheduling.web.staticfiles.ModuleManifestStorage"},
}

# --- Login -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# What another hasher made is read still, and made anew when its owner signs in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Length and what is well known, but no rule about kinds of characters: those make passwords worse.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "scheduling.accounts.passwords.NotTooLong"},
    {"NAME": "scheduling.accounts.passwords.NotLeaked"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "scheduling.web.adapters.ClosedDoor"
ACCOUNT_FORMS = {"login": "scheduling.web.forms.accounts.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_RATE_LIMITS = {
    # A whole clinic may share one address in the morning.
    "login": "120/m/ip",
    # Wrong ones, in a row: of an address; of a name from one address (scheduling/web/adapters.py). For the second step
    # and for being asked again the name alone counts: who comes so far knows the password already.
    "login_failed": "30/m/ip,5/5m/key",
}
# For so many seconds nobody is asked again who they are before something sensitive (scheduling/web/sudo.py).
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Without a second factor nothing is shown but the page that sets one up.
MFA_REQUIRED = not DEMO and env.bool("MFA_REQUIRED", default=True)
MFA_ADAPTER = "scheduling.web.adapters.SealedFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "scheduling.web.forms.accounts.SecondStepForm",
    "reauthenticate": "scheduling.web.forms.accounts.CodeAgainForm",
}
MFA_TOTP_ISSUER = f"Daybook {CLINIC_NAME}"
# A phone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# This release tells nobody anything by mail (design 9), and so can leak nothing by it.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

# Signing in over the clinic's own provider: where all three are set, and requirements/oidc.txt is installed.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="").rstrip("/")
OIDC_CLIENT = env.str("OIDC_CLIENT", default="")
OIDC_SECRET = env.str("OIDC_SECRET", default="")
OIDC_NAME = env.str("OIDC_NAME", default="your organisation")
OIDC = bool(OIDC_SERVER_URL)
if OIDC and not (OIDC_CLIENT and OIDC_SECRET):
    refuse("OIDC_SERVER_URL needs OIDC_CLIENT and OIDC_SECRET beside it.")
if OIDC_SERVER_URL.startswith("http://") and (urlsplit(OIDC_SERVER_URL).hostname or "") not in LOOPBACK:
    refuse("OIDC_SERVER_URL must start with https://: who answers there says who may sign in.")
if OIDC:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_ADAPTER = "scheduling.web.oidc.KnownOnly"
    # A form that leads to another site is refused by the content policy; the state guards the link.
    SOCIALACCOUNT_LOGIN_ON_GET = True
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "clinic",
                    "name": OIDC_NAME,
                    "client_id": OIDC_CLIENT,
                    "secret": OIDC_SECRET,
                    "settings": {"server_url": OIDC_SERVER_URL},
                }
            ],
        }
    }

# --- Sessions, cookies, headers --------------------------------------------------------------------------------------

SESSION_IDLE = whole_number("SESSION_IDLE", 900)
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else f"daybook-session-{PORT}"
# Never the cookie, which is the default: what a message says would stand readable in the browser.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_USE_SESSIONS = True
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "scheduling.web.views.errors.csrf_failed"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if HTTPS else []
SECURE_SSL_REDIRECT = HTTPS
# The supervisor and load balancers ask this process itself, behind whatever ends TLS.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb", "display-capture", "fullscreen")
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
SILENCED_SYSTEM_CHECKS = ["security.W003"] if not HTTPS else []

DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False

from scheduling.logs import LOGGING, configure_structlog  # noqa: E402, F401

configure_structlog()
