from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import yuanheng.web
from yuanheng.web.catalogue import app_directories

STATIC = Path(yuanheng.web.__file__).parent / "static"
VENDOR = STATIC / "vendor"
OUTSIDE = re.compile(r"""(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+""", re.I)
NAMESPACE = "http://www.w3.org/"


def test_vendored_files_are_those_that_were_pinned():
    listed = json.loads((VENDOR / "vendor.json").read_text("utf-8"))
    hashes = {path: digest for package in listed for path, digest in package["files"].items()}
    for path, digest in hashes.items():
        assert hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() == digest, path
    present = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert present == {*hashes, "vendor.json"}
    for package in listed:
        assert set(package) == {"name", "version", "licence", "files"}


def test_nothing_that_a_browser_gets_names_another_host():
    own = [path for path in STATIC.rglob("*") if path.is_file() and VENDOR not in path.parents]
    pages = [path for directory in app_directories() for path in directory.rglob("*.html")]
    assert pages
    for path in [*own, *pages, VENDOR / "vendor.json"]:
        text = path.read_text("utf-8").replace(NAMESPACE, "")
        assert not OUTSIDE.search(text), path


def test_no_page_has_a_script_or_a_handler_of_its_own():
    for directory in app_directories():
        for path in directory.rglob("*.html"):
            text = path.read_text("utf-8")
            for script in re.findall(r"<script[^>]*>", text):
                assert "src=" in script or "application/json" in script, path
            assert not re.search(r"\son[a-z]+=", text), path
            assert "javascript:" not in text, path


def test_vendored_styles_load_nothing():
    css = (VENDOR / "tabler/tabler.min.css").read_text("utf-8")
    for address in re.findall(r"url\((.*?)\)", css):
        assert address.strip("\"'").startswith(("data:", "#")), address[:80]
