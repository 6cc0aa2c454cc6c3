"""The WSGI application, for any server: ``gunicorn yuanheng.web.wsgi``."""

import os

from django.core.wsgi import get_wsgi_application

from yuanheng.web.settling import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yuanheng.web.settings")
application = get_wsgi_application()
settle()
