"""Django, set up once for all tests: its settings cannot be changed later."""

import sys
from typing import Final

from tests.house import ROOT

HOW_TO: Final = ROOT / "docs" / "how-to"


def django_ready() -> None:
    """Set Django up, with the apps of the documentation, and one database in memory."""
    import django
    from django.conf import settings

    if settings.configured:
        return
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["django_people", "django_store"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        LOGGING_CONFIG=None,
    )
    sys.path.insert(0, str(HOW_TO))
    try:
        django.setup()
    finally:
        sys.path.remove(str(HOW_TO))
