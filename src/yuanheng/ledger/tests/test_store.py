from __future__ import annotations

import hashlib
import shutil

import pytest
from django.conf import settings

from yuanheng.ledger import store


@pytest.fixture(autouse=True)
def _clean_home():
    yield
    for name in ("store", "work"):
        shutil.rmtree(settings.HOME / name, ignore_errors=True)


def test_the_same_content_is_kept_once_whatever_its_name(tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    for path in (first, second):
        path.write_bytes(b"1,2\n")
    sha256, size = store.hash_of(first)
    assert (sha256, size) == (hashlib.sha256(b"1,2\n").hexdigest(), 4)
    kept, is_new = store.keep(first, sha256, "a.CSV")
    assert is_new
    assert kept == settings.HOME / "store" / sha256[:2] / f"{sha256}.csv"
    assert store.keep(second, sha256, "b.csv") == (kept, False)
    assert kept.read_bytes() == b"1,2\n"


@pytest.mark.parametrize(
    ("given", "shown"),
    [("数据.csv", "数据.csv"), ("../../etc/passwd", "passwd"), ("a:b?.csv", "a_b_.csv")],
)
def test_a_file_is_read_under_the_name_its_sender_knows(tmp_path, given, shown):
    path = tmp_path / "x.csv"
    path.write_text("1")
    with store.under_own_name(path, given) as named:
        assert named.name == shown
        assert named.read_text() == "1"
        assert settings.HOME in named.parents
    assert not named.exists()
