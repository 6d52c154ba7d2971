"""WSGI entry point of the dashboard."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduling.settings")
application = get_wsgi_application()

from scheduling.services import metrics  # noqa: E402  (needs the settings)

metrics.begin()
