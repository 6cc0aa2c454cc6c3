"""A mailbox that is signed in to: its mails come on the desk by way of a watched folder."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from yuanheng.documents.mailbox import look_into_mailbox
from yuanheng.documents.models import Document, Mailbox
from yuanheng.documents.tests.mail_servers import Imap, Pop, serving
from yuanheng.documents.tests.test_watching import folder, inbox, look, mail, send
from yuanheng.documents.tests.texts import SPEECH
from yuanheng.kernel import clock
from yuanheng.kernel.jobs.worker import work_off

__all__ = ["folder", "inbox"]
pytestmark = pytest.mark.django_db
MAILS = {4: mail(("讲话.txt", SPEECH.encode())), 9: mail().replace(b"2026 09", b"2026 10")}


def at(settings, scheme, server, word="secret word"):
    port = server.server_address[1]
    settings.MAILBOX = SimpleNamespace(
        name="desk@a.cn @ 127.0.0.1/INBOX", host="127.0.0.1", port=port, user="desk@a.cn",
        password=word, box="INBOX", folder="mail", is_imap=scheme.startswith("imap"),
        is_plain=True,
    )  # fmt: skip


def later(minutes):
    return clock.now() + timedelta(minutes=minutes)


@pytest.mark.parametrize(("scheme", "kind"), [("imap-plain", Imap), ("pop-plain", Pop)])
def test_mails_are_fetched_once_and_left_on_the_server(
    folder, inbox, settings, enter, scheme, kind
):
    with serving(kind, MAILS) as server:
        at(settings, scheme, server)
        assert look_into_mailbox(clock.now()) == "取回 2 封邮件"
        assert look() == "收到 2 个文件"
        work_off()
        names = set(Document.objects.values_list("file_name", flat=True))
        assert "讲话.txt" in names
        assert sum(one.endswith(".eml") and "报送材料" in one for one in names) == 2
        # Soon again: not asked. Later: nothing new, whatever became of the files.
        assert look_into_mailbox(later(1)) == ""
        for one in (inbox / "mail").iterdir():
            one.unlink()
        assert look_into_mailbox(later(10)) == ""
        assert list((inbox / "mail").iterdir()) == []
        server.mails[12] = mail(("通知.txt", b"2026"))
        assert look_into_mailbox(later(20)) == "取回 1 封邮件"
    said = "\n".join(server.asked)
    assert "STORE" not in said
    assert "DELE" not in said
    page = enter("analyst").get(f"/watched-folders/{folder.pk}/").content.decode()
    assert "desk@a.cn @ 127.0.0.1/INBOX" in page
    assert "secret" not in page


def test_what_is_wrong_is_said_and_not_tried_again_at_once(folder, inbox, settings, enter):
    with serving(Imap, MAILS) as server:
        at(settings, "imap-plain", server, word="wrong")
        assert "wrong password" in look_into_mailbox(clock.now())
        count = len(server.asked)
        assert look_into_mailbox(later(10)) == ""
        assert len(server.asked) == count
        page = enter("analyst").get(f"/watched-folders/{folder.pk}/").content.decode()
        assert "邮箱无法读取" in page
        at(settings, "imap-plain", server)
        server.sizes[9] = 900 << 20
        assert look_into_mailbox(later(60)) == "取回 1 封邮件"
        page = enter("analyst").get(f"/watched-folders/{folder.pk}/").content.decode()
        assert "900 MB 的邮件太大，留在邮箱里" in page
        assert len(list((inbox / "mail").glob("*.eml"))) == 1
    assert "邮箱无法读取" in look_into_mailbox(later(120))
    assert Mailbox.objects.count() == 1


@pytest.mark.parametrize(("scheme", "kind"), [("imap-plain", Imap), ("pop-plain", Pop)])
def test_a_mail_that_never_ends_holds_up_neither_the_others_nor_the_tick(
    folder, inbox, settings, enter, monkeypatch, scheme, kind
):
    monkeypatch.setattr("yuanheng.documents.mailbox.SECONDS", 3)
    with serving(kind, {3: mail(("附件.txt", SPEECH.encode() * 50)), **MAILS}) as server:
        at(settings, scheme, server)
        server.endless.add(3)
        # On a slow machine it may be begun only in the second look.
        said, begun = look_into_mailbox(clock.now()), 0
        if not Mailbox.objects.get().late:
            said, begun = look_into_mailbox(later(60)), 60
        assert said in ("", "取回 2 封邮件")
        assert len(list((inbox / "mail").glob("*.eml"))) == 2  # the smaller ones came first
        assert look_into_mailbox(later(begun + 40)) == ""  # too early to begin it again
        assert Mailbox.objects.get().trouble == ""
        page = enter("analyst").get(f"/watched-folders/{folder.pk}/").content.decode()
        assert "的邮件没有取回（用时太久）。已试 1 次" in page
        # After an hour, a day and two days more; then it is given up, and that is said.
        for days in (1, 3, 6):
            assert look_into_mailbox(later(days * 1440)) == ""
        count = len(server.asked)
        assert look_into_mailbox(later(9 * 1440)) == ""
        assert not any("BODY.PEEK" in one or "RETR" in one for one in server.asked[count:])
    page = enter("analyst").get(f"/watched-folders/{folder.pk}/").content.decode()
    assert "试了 4 次都没有取回（用时太久），留在邮箱里" in page


def test_nobody_watches_and_none_is_named(world, inbox, settings, enter):
    assert look_into_mailbox(clock.now()) == ""
    with serving(Imap, MAILS) as server:
        at(settings, "imap-plain", server)
        assert "“mail”" in look_into_mailbox(clock.now())
        assert server.asked == []
        # Whoever sets it up then need not wait for half an hour.
        assert send(enter("analyst"), "mail").status_code == 201
        assert look_into_mailbox(later(1)) == "取回 2 封邮件"


def test_a_mail_with_a_line_beyond_what_the_library_takes_is_fetched_from_pop(
    folder, inbox, settings
):
    long = mail() + b"\r\n" + b"x" * 300_000 + b"\r\n"
    with serving(Pop, {3: long, **MAILS}) as server:
        at(settings, "pop-plain", server)
        assert look_into_mailbox(clock.now()) == "取回 3 封邮件"


def test_a_mail_that_the_server_keeps_back_holds_up_none_and_is_tried_again(
    folder, inbox, settings, enter
):
    with serving(Imap, MAILS) as server:
        at(settings, "imap-plain", server)
        smallest = min(MAILS, key=lambda key: len(MAILS[key]))
        server.mails[smallest] = b""
        server.sizes[smallest] = 10
        assert look_into_mailbox(clock.now()) == ""
        assert look_into_mailbox(later(6)) == "取回 1 封邮件"
        page = enter("analyst").get(f"/watched-folders/{folder.pk}/").content.decode()
        assert "稍后再试" in page
        assert "没有取回（服务器没有给出它列出的一封邮件）。已试 1 次" in page
        server.mails[smallest] = MAILS[smallest]
        assert look_into_mailbox(later(62)) == "取回 1 封邮件"
    page = enter("analyst").get(f"/watched-folders/{folder.pk}/").content.decode()
    assert "已试" not in page
