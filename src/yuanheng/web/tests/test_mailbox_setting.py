"""The mailbox that the environment names."""

from __future__ import annotations

import pytest

from yuanheng.web.environment import WrongEnvironment, mailbox


@pytest.mark.parametrize("url", ["http://a@b", "imaps://b", "imaps://a@b", "imaps://a:b@c/收件"])
def test_nonsense_is_refused_at_start(url, tmp_path):
    with pytest.raises(WrongEnvironment, match="YUANHENG_MAILBOX"):
        mailbox(url, "")
    with pytest.raises(WrongEnvironment, match="PASSWORD_FILE"):
        mailbox("imaps://a@b", str(tmp_path / "none"))


def test_the_password_lies_in_a_file_and_is_never_shown(tmp_path):
    word = tmp_path / "word"
    word.write_text("hidden\n")
    found = mailbox("pops://a%40b.cn@mail.b.cn?folder=in/post", str(word))
    assert (found.password, found.port, found.folder) == ("hidden", 995, "in/post")
    assert "hidden" not in repr(found)
