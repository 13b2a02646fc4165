"""As little as Django needs to run."""

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": "crm.db",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30},  # the lock is taken first (S-17)
    }
}
INSTALLED_APPS = ["django_store"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
