"""Settings of the test suite: a database in memory, cheap passwords, no files outside a folder."""

import os
import tempfile
from pathlib import Path

_folder = tempfile.mkdtemp(prefix="yuanheng-test-")
os.environ["YUANHENG_HOME"] = _folder
os.environ.pop("YUANHENG_DEBUG", None)

from yuanheng.web.settings import *  # noqa: E402, F403
from yuanheng.web.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE, TEMPLATES  # noqa: E402

# A made-up case type, so that flows can be tried without a room that has one.
INSTALLED_APPS += [
    "yuanheng.kernel.tests.example_room",
    "yuanheng.registry.tests.example_register",
]

_once = MIDDLEWARE.index("yuanheng.kernel.once.OnceMiddleware")
MIDDLEWARE[_once] = "yuanheng.kernel.tests.once_for_all.OnceForAll"

if not os.environ.get("YUANHENG_DATABASE_URL"):
    DATABASES["default"]["NAME"] = ":memory:"
    # A database in memory knows no write-ahead log, and threads of a live server share it.
    DATABASES["default"]["OPTIONS"] = {"timeout": 20}
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
UPLOAD_ROOT = Path(_folder) / "uploads"
ATTACHMENT_ROOT = Path(_folder) / "attachments"
STATIC_ROOT = Path(_folder) / "static"
# Files are looked for when they are asked for: each test client has a server of its own, which
# would otherwise list them all again.
WHITENOISE_AUTOREFRESH = True
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = ""
