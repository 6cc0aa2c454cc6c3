"""For developers: collect the texts of every app into its catalogue and compile it.

Run ``python -m yuanheng.web.catalogue`` after changing a text; then fill in the empty ``msgstr``
lines of ``locale/zh_Hans/LC_MESSAGES/django.po`` and run it again. It needs GNU gettext.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from yuanheng.web import setup

LOCALE = "zh_Hans"


def app_directories() -> list[Path]:
    """The directories of the installed apps of this project."""
    from django.apps import apps

    return [Path(app.path) for app in apps.get_app_configs() if app.name.startswith("yuanheng.")]


def catalogue_of(directory: Path) -> Path:
    return directory / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def update() -> None:
    """Collect and compile all of them."""
    setup()
    from django.core.management import call_command

    for directory in app_directories():
        (directory / "locale").mkdir(exist_ok=True)
        with contextlib.chdir(directory):
            call_command(
                "makemessages",
                locale=[LOCALE],
                no_obsolete=True,
                add_location="file",
                ignore_patterns=["static/*", "tests/*", "migrations/*"],
                verbosity=0,
            )
        po = catalogue_of(directory)
        if po.exists():
            # The date of collecting would change the file each time.
            text = re.sub(r'^"POT-Creation-Date: .*\n', "", po.read_text("utf-8"), flags=re.M)
            po.write_text(text, "utf-8")
            with contextlib.chdir(directory):
                call_command("compilemessages", locale=[LOCALE], verbosity=0)


if __name__ == "__main__":
    update()
