"""Pages and the API for WSGI workers; sockets are served by perhekeskus.asgi."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perhekeskus.settings")
application = get_wsgi_application()

from perhekeskus.checks import refuse_unsafe_start  # noqa: E402  (Django has to be set up first)

refuse_unsafe_start()
