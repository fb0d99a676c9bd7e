"""Settings of the Django project, read from the environment (names in the administrators' documentation).

Every value may also come from a file: ``CRMCORNER_SECRET_KEY_FILE`` names a file that holds it. Defaults are
safe: with nothing set the product runs on SQLite in its data folder with keys that it makes itself.
"""

from pathlib import Path

from crmcorner.project import environment

DATA = environment.data_folder()
SECRET_KEY = environment.secret_key(DATA)
ENCRYPTION_KEYS = environment.encryption_keys(DATA)
DEBUG = False
ALLOWED_HOSTS = environment.words("CRMCORNER_ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = environment.words("CRMCORNER_TRUSTED_ORIGINS", [])
HTTPS = environment.flag("CRMCORNER_HTTPS", default=False)

GRAPH_URL = environment.text("CRMCORNER_GRAPH_URL", "https://graph.microsoft.com/v1.0")
ENTRA_URL = environment.text("CRMCORNER_LOGIN_URL", "https://login.microsoftonline.com")
FILE_STORE = DATA / "files"
FILE_LIMIT = environment.number("CRMCORNER_FILE_LIMIT_MB", 40) * 1024 * 1024

FIRM_COUNTRY = environment.text("CRMCORNER_COUNTRY", "NL")

INSTALLED_APPS = [
    "crmcorner.portal",  # first: its templates come before those of the libraries
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "django_htmx",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "crmcorner.accounts",
    "crmcorner.history",
    "crmcorner.preferences",
    "crmcorner.people",
    "crmcorner.folders",
    "crmcorner.mail",
    "crmcorner.planning",
    "crmcorner.outlook",
    "crmcorner.demo",
    "crmcorner.project",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "crmcorner.portal.middleware.LanguageMiddleware",
    "crmcorner.portal.middleware.KeepNothingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "crmcorner.portal.middleware.LostSessionMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "crmcorner.project.urls"
WSGI_APPLICATION = "crmcorner.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crmcorner.portal.context.layout",
            ],
        },
    }
]

DATABASES = {"default": environment.database(DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["crmcorner.portal.sign_in.SignInBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "crmcorner.portal.sign_in.SignInAdapter"
ACCOUNT_FORMS = {"change_password": "crmcorner.portal.sign_in.OwnPasswordForm"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None  # as the box on the sign-in page says
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.text("CRMCORNER_TIME_ZONE", "Europe/Amsterdam")

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True  # pages carry the token themselves
# HTTPS is done by a server in front: what that one says of scheme and client holds, and of nobody else.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "root": {"handlers": ["console"], "level": environment.text("CRMCORNER_LOG_LEVEL", "WARNING")},
}
