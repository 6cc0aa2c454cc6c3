"""Folders that are looked into at every tick: what is new comes on the desk, each file once."""

from __future__ import annotations

import os
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape

import pytest

from yuanheng.documents import reading
from yuanheng.documents.models import Document, NoticedFile, WatchedFolder
from yuanheng.documents.tests.texts import PNG, SPEECH, bomb, pdf
from yuanheng.documents.watching import look_into_folders
from yuanheng.kernel import clock
from yuanheng.kernel.clocks import tick
from yuanheng.kernel.jobs import Lane
from yuanheng.kernel.jobs.worker import work_off, work_once
from yuanheng.kernel.models import Job
from yuanheng.kernel.testing import ResourceContract
from yuanheng.reading import UnreadableDocument

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox(settings, tmp_path):
    settings.INBOX_ROOT = tmp_path / "inbox"
    return settings.INBOX_ROOT


@pytest.fixture
def folder(world, inbox, enter):
    """Set by the analyst."""
    answer = send(enter("analyst"), "mail")
    assert answer.status_code == 201, answer.text
    return WatchedFolder.objects.get()


def send(client, name):
    sent = {"name": "邮箱", "folder": name, "is_active": True}
    return client.post("/api/v1/watched-folders/", sent, content_type="application/json")


def put(inbox, name, data, *, seconds=60):
    """A file that was written a minute ago."""
    path = inbox / "mail" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    moment = clock.now().timestamp() - seconds
    os.utime(path, (moment, moment))
    return path


def mail(*attached):
    message = EmailMessage()
    message["Subject"] = "报送材料"
    message["From"] = "office@example.org"
    message["Date"] = "Mon, 02 Mar 2026 09:00:00 +0800"
    message.set_content("现将有关材料报上,请查收。")
    for name, data in attached:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def look():
    return look_into_folders(clock.now())


def test_a_file_that_could_not_be_read_is_tried_again_every_hour(
    folder, inbox, enter, monkeypatch
):
    path = put(inbox, "讲话.txt", SPEECH.encode())
    real = type(path).read_bytes
    away = [True]

    def broken(self):
        if away[0] and self.name == path.name:
            raise PermissionError(13, "Permission denied")
        return real(self)

    monkeypatch.setattr(type(path), "read_bytes", broken)
    assert look() == ""
    page = enter("analyst").get(f"/watched-folders/{folder.pk}/").content.decode()
    assert "文件读不出或存不下：Permission denied。每小时再试一次" in page
    away[0] = False
    assert look() == ""
    assert look_into_folders(clock.now() + timedelta(minutes=61)) == "收到 1 个文件"
    assert [one.outcome for one in NoticedFile.objects.all()] == ["taken"]
    assert Document.objects.get().file_name == "讲话.txt"


def test_a_new_file_comes_on_the_desk_and_is_read(folder, inbox, world, enter):
    put(inbox, "讲话.txt", SPEECH.encode())
    assert tick().parts["watched folders"] == "收到 1 个文件"
    document = Document.objects.get()
    assert (document.added_by, document.owner) == (world.analyst, folder.owner)
    work_off()
    document.refresh_from_db()
    assert document.stage == "read"
    page = enter("analyst").get(f"/watched-folders/{folder.pk}/").content.decode()
    assert "讲话.txt" in page
    assert document.code in page


def test_each_file_is_noticed_once_and_a_changed_one_again(folder, inbox):
    path = put(inbox, "讲话.txt", SPEECH.encode())
    look()
    assert [look(), look()] == ["", ""]
    assert [one.objects.count() for one in (NoticedFile, Document, Job)] == [1, 1, 1]
    put(inbox, "讲话(副本).txt", SPEECH.encode())
    look()
    assert [one.outcome for one in NoticedFile.objects.order_by("pk")] == ["taken", "known"]
    assert Document.objects.count() == 1
    path.unlink()
    put(inbox, "讲话.txt", SPEECH.encode() + "补充一句。".encode(), seconds=30)
    look()
    assert (NoticedFile.objects.count(), Document.objects.count()) == (3, 2)


def test_a_file_that_is_still_written_waits(folder, inbox):
    put(inbox, "讲话.txt", SPEECH.encode(), seconds=1)
    assert look() == ""
    with clock.stopped_at(clock.now() + timedelta(seconds=30)):
        assert look() == "收到 1 个文件"


def test_what_is_left_in_a_mail_is_said_and_a_forwarded_mail_is_read(folder, inbox, enter):
    inner = message_from_bytes(mail(("通知.txt", SPEECH.encode())), policy=policy.default)
    inner.replace_header("Subject", "关于召开调度会的通知")
    outer = message_from_bytes(
        mail(("照片.jpg", PNG), ("旧文.wps", b"x" * 50), ("空.txt", b""),
             *((f"{n:02d}.txt", SPEECH.encode() + b"%d" % n) for n in range(21))),
        policy=policy.default,
    )  # fmt: skip
    outer.add_attachment(inner)
    put(inbox, "1.eml", outer.as_bytes())
    look()
    work_off()
    names = set(Document.objects.values_list("file_name", flat=True))
    assert {"1.eml", "00.txt", "19.txt"} <= names
    page = enter("analyst").get(f"/documents/{Document.objects.get(file_name='1.eml').code}/").text
    assert "照片.jpg（不是能读的文件）；旧文.wps（不是能读的文件）；空.txt（空的）" in page
    assert "20.txt（只收二十个）" in page
    speech = Document.objects.get(file_name="00.txt")
    assert f'href="/documents/{speech.code}/"' in page
    assert "邮件正文没有读出内容，请看上面的附件" in page
    mail_code = Document.objects.get(file_name="1.eml").code
    beside = enter("analyst").get(f"/documents/{speech.code}/").text
    assert "来自邮件" in beside
    assert f'href="/documents/{mail_code}/"' in beside
    assert "关于召开调度会的通知.eml（只收二十个）" in page
    # With room for it, it is read, and so is what came with it.
    few = message_from_bytes(mail(), policy=policy.default)
    few.add_attachment(inner)
    put(inbox, "2.eml", few.as_bytes())
    look()
    work_off()
    names = set(Document.objects.values_list("file_name", flat=True))
    assert {"2.eml", "关于召开调度会的通知.eml", "通知.txt"} <= names


def test_mails_inside_mails_without_end_make_no_end_of_documents(folder, inbox, enter):
    message = message_from_bytes(mail(("通知.txt", b"2026")), policy=policy.default)
    for _depth in range(30):
        outer = message_from_bytes(mail(), policy=policy.default)
        outer.add_attachment(message)
        message = outer
    put(inbox, "1.eml", message.as_bytes())
    look()
    work_off()
    assert Document.objects.count() == 1
    page = enter("analyst").get(f"/documents/{Document.objects.get().code}/").text
    assert "（邮件里套的邮件，没有打开）" in page


def test_a_mail_brings_its_attachments(folder, inbox, enter):
    put(inbox, "1.eml", mail(("讲话.txt", SPEECH.encode()), ("照片.png", b"png"), ("x.eml", b"x")))
    look()
    assert Document.objects.get().file_name == "1.eml"  # the tick only takes it in
    work_off()
    assert set(Document.objects.values_list("file_name", "stage")) == {
        ("1.eml", "read"), ("讲话.txt", "read"),
    }  # fmt: skip
    row = NoticedFile.objects.get()
    assert (row.outcome, row.attached, row.document.file_name) == ("taken", 1, "1.eml")
    assert Document.objects.get(file_name="1.eml").title
    enter("analyst").post(f"/documents/{row.document.code}/read-again/")
    work_off()
    row.refresh_from_db()
    assert (row.attached, Document.objects.count()) == (1, 2)
    assert "另有 1 个附件一并收到" in Job.objects.filter(title="1.eml").earliest("pk").message


def test_what_is_not_for_the_desk_stays_where_it_is(folder, inbox, tmp_path, enter):
    for name in (".隐藏.txt", "~$讲话.docx"):
        put(inbox, name, b"x")
    (inbox / "mail" / "里面").mkdir()
    secret = tmp_path / "秘密.txt"
    secret.write_text("不在收件夹里")
    (inbox / "mail" / "链接.txt").symlink_to(secret)
    assert look() == ""
    assert not NoticedFile.objects.exists()
    for name in ("现场.png", "程序.exe", "没有后缀"):
        put(inbox, name, b"x")
    look()
    assert look() == ""
    assert {one.outcome for one in NoticedFile.objects.all()} == {"refused"}
    page = enter("analyst").get(f"/watched-folders/{folder.pk}/").content.decode()
    assert page.count("不是能读的文件（txt、") == 3
    assert "请先做文字识别（OCR）" in page
    assert not Document.objects.exists()


def hostile():
    """One of each kind that has ever held somebody up, and an ordinary speech behind them."""
    head = b"Subject: x\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
    big5 = "2026年2月，冷水江經濟開發區完成固定資產投資三十二億元。\n"
    return {
        "1炸弹.docx": bomb(),
        "2百万段.eml": head + b"--B\r\n\r\n" * 1_000_000,
        "3长行.txt": ("2026年全市工业增加值增长5%，" * 200_000).encode(),
        "4长.pdf": pdf([f"page {number} of a long report" for number in range(500)]),
        "5加密.pdf": pdf(["x"], password=True),
        "6现场.png": PNG,
        "7其实是图.pdf": PNG,
        "8空.txt": b"",
        "9繁体.txt": big5.encode("big5"),
        "讲话.txt": SPEECH.encode(),
    }


def test_nothing_hostile_holds_up_a_speech(folder, inbox, enter, monkeypatch):
    given = hostile()
    for at, (name, data) in enumerate(given.items()):
        put(inbox, name, data, seconds=100 - at)
    read = []  # nothing is, by the tick
    monkeypatch.setattr("yuanheng.documents.apart._asked", lambda *asked: read.append(asked))
    assert look() == "收到 10 个文件"
    assert [look(), read] == ["", []]
    monkeypatch.undo()
    monkeypatch.setattr("yuanheng.documents.jobs.QUICK_SECONDS", 2)
    while work_once(lane=Lane.QUICK):
        pass
    waiting = set(Document.objects.filter(stage="waiting").values_list("file_name", flat=True))
    assert "3长行.txt" in waiting
    assert Document.objects.get(file_name="讲话.txt").stage == "read"
    assert Document.objects.get(file_name="9繁体.txt").stage == "read"
    codes = Job.objects.filter(stage="queued").values_list("code", flat=True)
    assert set(codes) == {"documents.read_heavy"}
    folder_page = enter("analyst").get(f"/watched-folders/{folder.pk}/").content.decode()
    assert "空文件" in folder_page
    assert folder_page.count("不是能读的文件") == 1
    assert folder_page.count("待阅读</span>") == len(waiting)
    said = {one.file_name: one.refusal_zh for one in Document.objects.filter(stage="refused")}
    assert "解压后有 400 MB" in said["1炸弹.docx"]
    assert "邮件分成 1,000,000 段" in said["2百万段.eml"]
    assert "有密码" in said["5加密.pdf"]
    assert "是一张图片" in said["7其实是图.pdf"]
    for one in Document.objects.filter(stage="refused"):
        page = enter("analyst").get(f"/documents/{one.code}/").text
        assert one.refusal_zh in unescape(page)
        assert one.refusal_zh in unescape(folder_page)


def test_what_takes_long_is_read_beside_the_others(folder, inbox, monkeypatch, enter):
    """What every quick reading would do with it, whatever this machine takes for it."""
    true_reading = reading.read_bytes

    def slow(*given, seconds=0):
        if seconds:
            raise UnreadableDocument("took_long", "慢", "slow")
        return true_reading(*given)

    monkeypatch.setattr(reading, "read_bytes", slow)
    put(inbox, "讲话.txt", SPEECH.encode())
    look()
    assert work_once(lane=Lane.QUICK)
    assert not work_once(lane=Lane.QUICK)
    assert not work_once(lane=Lane.USUAL)
    first = Job.objects.get(code="documents.read_document")
    assert first.message == "讲话.txt 用时较长，改在一旁慢慢读，不耽误其他文件。"
    document = Document.objects.get()
    assert document.stage == "waiting"
    assert "正在阅读" in enter("analyst").get(f"/documents/{document.code}/").text
    # It may wait long behind another; only where nobody reads anything is that said.
    put(inbox, "前面.txt", SPEECH.encode() + b"1")
    look()
    Job.objects.filter(title="前面.txt").update(
        stage="running", leased_until=clock.now() + timedelta(minutes=30)
    )
    page = f"/documents/{document.code}/"
    with clock.stopped_at(clock.now() + timedelta(minutes=15)):
        assert "正在阅读" in enter("analyst").get(page).text
    with clock.stopped_at(clock.now() + timedelta(minutes=45)):
        assert "一直没有读完" in enter("analyst").get(page).text
    assert work_once(lane=Lane.HEAVY)
    document.refresh_from_db()
    assert document.stage == "read"


def test_what_cannot_be_taken_in_is_said_once(folder, inbox, settings, enter):
    settings.UPLOAD_LIMIT_MB = 0
    put(inbox, "大.txt", SPEECH.encode())
    put(inbox, "空.txt", b"", seconds=50)
    look()
    look()
    assert [one.outcome for one in NoticedFile.objects.all()] == ["refused", "refused"]
    assert not Document.objects.exists()
    page = enter("analyst").get(f"/watched-folders/{folder.pk}/").content.decode()
    assert "没有收" in page


@pytest.mark.parametrize("name", ["../etc", "/etc", "C:/x", "..", "", "a/../../b"])
def test_no_other_place_of_the_server_can_be_named(world, inbox, enter, name):
    assert send(enter("analyst"), name).status_code == 422
    assert not WatchedFolder.objects.exists()


def test_a_link_out_of_the_inbox_is_trouble_and_nothing_is_read(folder, inbox, tmp_path, enter):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "讲话.txt").write_bytes(SPEECH.encode())
    inbox.mkdir(exist_ok=True)
    (inbox / "mail").symlink_to(outside)
    assert look() == ""
    folder.refresh_from_db()
    assert "收件目录之外" in folder.trouble
    assert (
        "收件目录之外" in enter("analyst").get(f"/watched-folders/{folder.pk}/").content.decode()
    )


def test_nothing_is_received_in_the_name_of_who_has_left(folder, inbox, world):
    world.analyst.is_active = False
    world.analyst.save()
    put(inbox, "讲话.txt", SPEECH.encode())
    assert look() == ""
    folder.refresh_from_db()
    assert "不能再" in folder.trouble
    world.analyst.is_active = True
    world.analyst.save()
    assert look() == "收到 1 个文件"
    folder.refresh_from_db()
    assert folder.trouble == ""


def test_a_folder_at_rest_is_not_looked_into(folder, inbox):
    WatchedFolder.objects.update(is_active=False)
    put(inbox, "讲话.txt", SPEECH.encode())
    assert look() == ""


@pytest.mark.parametrize("who", ["auditor", "stranger"])
def test_only_an_office_sets_a_folder_for_its_own_desk(world, inbox, enter, who):
    answer = send(enter(who), "mail")
    assert answer.status_code in (201, 403)
    assert not WatchedFolder.objects.filter(owner=world.city).exists()


class TestWatchedFolders(ResourceContract):
    resource_name = "watchedfolder"
    editor, viewer, outsider = "analyst", "auditor", "stranger"
    valid = {"name": "邮箱", "folder": "mail"}
    change = {"name": "市办邮箱"}
    invalid = {"name": "", "folder": ".."}
    text_field = "name"

    def make(self, world, number):
        return WatchedFolder.objects.create(
            name=f"文件夹{number}", folder=f"box/{number}", owner=world.city,
            receiver=world.analyst,
        )  # fmt: skip
