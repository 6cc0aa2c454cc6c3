"""Django settings. What an office may change comes from the environment (see ``environment``)."""

from __future__ import annotations

from importlib.util import find_spec

from django.utils.translation import gettext_lazy as _

from yuanheng.web import environment as env

HOME = env.home_directory()
DEBUG = env.env_flag("YUANHENG_DEBUG", False)
SECRET_KEY = env.env_text("YUANHENG_SECRET_KEY") or env.secret_key(HOME)
HTTPS = env.env_flag("YUANHENG_HTTPS", False)
ALLOWED_HOSTS = env.env_list("YUANHENG_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.env_list("YUANHENG_ORIGINS")

TRUSTED_PROXIES = env.env_number("YUANHENG_PROXIES", 0)  # before this server, one after another

SITE_NAME = env.env_text("YUANHENG_SITE_NAME")

# From the lower floor to the upper.
ROOMS = (
    "yuanheng.ledger",
    "yuanheng.estate",
    "yuanheng.supervision",
    "yuanheng.publicworks",
    "yuanheng.documents",
    "yuanheng.evaluation",
    "yuanheng.rounds",
    "yuanheng.leaders",
    "yuanheng.meetings",
    "yuanheng.consultation",
    "yuanheng.appraisal",
)
# Rooms that are installed when they are part of this distribution.
_ROOMS = [name for name in ROOMS if find_spec(name)]

INSTALLED_APPS = [
    "yuanheng.web",
    *reversed(_ROOMS),
    "yuanheng.registry",
    "yuanheng.accounts",
    "yuanheng.kernel",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "tree_queries",
    "csp",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yuanheng.web.middleware.AddressMiddleware",
    "yuanheng.web.middleware.UploadLimitMiddleware",
    "yuanheng.web.middleware.OriginMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yuanheng.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "yuanheng.kernel.once.OnceMiddleware",
]

ROOT_URLCONF = "yuanheng.web.urls"
WSGI_APPLICATION = "yuanheng.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yuanheng.web.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "yuanheng.kernel.templatetags.figures",
                "yuanheng.kernel.templatetags.page",
            ],
        },
    }
]

DATABASES = {"default": env.database(env.env_text("YUANHENG_DATABASE_URL"), HOME)}
# SQLite leaves an index's further columns out, which are only there to spare PostgreSQL a walk.
SILENCED_SYSTEM_CHECKS = ["models.W040"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "yuanheng.accounts.backends.PeopleBackend",
    "django.contrib.auth.backends.ModelBackend",  # sessions from before
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _VALIDATION + "UserAttributeSimilarityValidator"},
    {"NAME": _VALIDATION + "MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": _VALIDATION + "CommonPasswordValidator"},
    {"NAME": _VALIDATION + "NumericPasswordValidator"},
]
CSRF_FAILURE_VIEW = "yuanheng.web.errors.csrf_failure"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AXES_FAILURE_LIMIT = env.env_number("YUANHENG_SIGN_IN_ATTEMPTS", 6)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "web/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "yuanheng_session"

# Language, time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "yuanheng_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.env_text("YUANHENG_TIME_ZONE", "Asia/Shanghai")

# Static files come with the package; a server keeps compressed copies under HOME.
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "yuanheng.web.static_files.VersionedStorage"},
}
# Without those copies (tests, a server started by hand) the package itself is served.
WHITENOISE_USE_FINDERS = DEBUG or not (STATIC_ROOT / ".stamp").exists()
WHITENOISE_MAX_AGE = 0 if DEBUG else 30 * 24 * 3600  # an address changes with its content

# Clocks: whether a server ticks by itself, or ``yh tick`` is called from outside.
TICK_IN_PROCESS = env.env_flag("YUANHENG_TICK", True)

# Uploads
UPLOAD_ROOT = HOME / "uploads"
# Below it lie the folders that an office may have watched.
INBOX_ROOT = env.env_text("YUANHENG_INBOX") or HOME / "inbox"
READING_SECONDS = env.env_number("YUANHENG_READING_SECONDS", 120)
MAILBOX = env.mailbox(
    env.env_text("YUANHENG_MAILBOX_URL"), env.env_text("YUANHENG_MAILBOX_PASSWORD_FILE")
)
UPLOAD_LIMIT_MB = env.env_number("YUANHENG_UPLOAD_MB", 50)
ATTACHMENT_ROOT = HOME / "attachments"
ATTACHMENT_LIMIT_MB = env.env_number("YUANHENG_ATTACHMENT_MB", 20)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Notices that leave this installation, once an administrator has opened a channel for them
SITE_ADDRESS = env.env_text("YUANHENG_SITE_ADDRESS")  # https://park.example.gov.cn, for links
MAIL_URL = env.env_text("YUANHENG_MAIL_URL")  # smtps://user:password@host:465
MAIL_FROM = env.env_text("YUANHENG_MAIL_FROM", "yuanheng@localhost")
NOTICE_LOOPBACK = env.env_flag("YUANHENG_NOTICE_LOOPBACK", False)  # channels to this machine

# What a browser may load: this host, and nothing else.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        # Charts place their tooltips with style attributes.
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if HTTPS:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 30 * 24 * 3600
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"yuanheng": {"level": env.env_text("YUANHENG_LOG", "INFO").upper()}},
}
