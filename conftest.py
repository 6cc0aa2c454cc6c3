"""The fixtures that all tests may ask for: databases, a PostgreSQL server, a browser."""

from hypothesis import settings

from yuanheng.accounts.tests.entering import enter, sign_in
from yuanheng.calc.expression.tests.postgres import postgres_url
from yuanheng.kernel.tests.databases import (
    django_assert_max_num_queries,
    django_db_modify_db_settings,
    django_db_setup,
    installation,
    installed,
    kept_rows,
    postgres_database,
    postgres_template,
)
from yuanheng.web.tests.browser import (
    _one_answer_at_a_time,
    chromium,
    fits,
    live_server,
    open_page,
    page,
)

__all__ = [
    "_one_answer_at_a_time",
    "chromium",
    "django_assert_max_num_queries",
    "django_db_modify_db_settings",
    "django_db_setup",
    "enter",
    "fits",
    "installation",
    "installed",
    "kept_rows",
    "live_server",
    "open_page",
    "page",
    "postgres_database",
    "postgres_template",
    "postgres_url",
    "sign_in",
]

# How long one example takes says nothing on a busy machine.
settings.register_profile("yuanheng", parent=settings(), deadline=None)
settings.load_profile("yuanheng")
