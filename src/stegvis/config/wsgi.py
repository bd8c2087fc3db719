"""The web server's way in: `granian --interface wsgi stegvis.config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stegvis.config.settings")
application = get_wsgi_application()
