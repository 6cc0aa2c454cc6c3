"""Notes, attachments, tags and links beside a record; who may, and who may not."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yuanheng.kernel.actions.attachments import stored_path
from yuanheng.kernel.actions.links import link_rows
from yuanheng.kernel.actions.notes import write_note
from yuanheng.kernel.actions.tags import set_tags
from yuanheng.kernel.models import Attachment, AuditEvent, Link, Note, StoredFile, Tag, TagUse
from yuanheng.kernel.policies import Refused
from yuanheng.kernel.sniffing import NotAllowed, check_file

PDF = b"%PDF-1.4 content"


@pytest.fixture
def park(world, sign_in):
    """Addresses of one park's companions, and the analyst's client."""
    client = sign_in(world.analyst)

    def post(page: str, *more, **sent):
        return client.post(reverse(f"park-{page}", args=["LSJ", *more]), sent)

    return client, post


def shown(client) -> str:
    return client.get(reverse("park-detail", args=["LSJ"])).text


def test_a_note_is_written_corrected_and_archived(world, park):
    client, post = park
    assert post("note-create", kind="visit", text="走访<b>企业</b>").status_code == 302
    assert "走访&lt;b&gt;企业&lt;/b&gt;" in shown(client)
    note = Note.objects.get()
    assert post("note-edit", note.pk, kind="visit", text="走访三家企业").status_code == 302
    page = shown(client)
    assert "走访三家企业" in page
    assert "1 个较早版本" in page
    # The old version can be neither corrected nor archived any more.
    assert post("note-edit", note.pk, kind="note", text="x").status_code == 404
    newer = Note.objects.get(replaces=note)
    assert post("note-archive", newer.pk, reason="写错").status_code == 302
    assert "走访三家企业" not in shown(client).split('id="files"')[0].split('id="journal"')[1]
    codes = list(AuditEvent.objects.order_by("pk").values_list("action_code", flat=True))
    assert codes == ["kernel.write_note", "kernel.correct_note", "kernel.archive_note"]


def test_a_note_about_tomorrow_is_refused(park):
    _client, post = park
    response = post("note-create", kind="note", text="x", happened_on="2999-01-01")
    assert response.status_code == 422
    assert "尚未到来" in response.text


PAGES = ["note-create", "file-create", "tags", "link-create"]


@pytest.mark.parametrize("page", PAGES)
def test_a_reader_reads_but_does_not_write(world, sign_in, page):
    write_note(acting_user=world.analyst, row=world.zone, kind="note", text="大家可见")
    client = sign_in(world.reader)
    assert "大家可见" in shown(client)
    assert client.get(reverse(f"park-{page}", args=["LSJ"])).status_code == 403
    assert reverse(f"park-{page}", args=["LSJ"]) not in shown(client)


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_told_nothing(world, sign_in, page):
    address = reverse(f"park-{page}", args=["LSJ"])
    assert sign_in(world.stranger).post(address).status_code == 404


def test_companions_are_visible_as_their_record_is(world):
    write_note(acting_user=world.analyst, row=world.zone, kind="note", text="x")
    assert Note.objects.visible_to(world.reader).count() == 1
    assert Note.objects.visible_to(world.stranger).count() == 0
    with pytest.raises(Refused):
        write_note(acting_user=world.reader, row=world.zone, kind="note", text="x")


def upload(name: str, content: bytes = PDF):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def test_a_file_is_kept_once_and_only_ever_saved(world, park):
    client, post = park
    assert post("file-create", file=upload("批复 文件.pdf"), caption="批复").status_code == 302
    address = reverse("park-file-create", args=["LSJ-2"])
    assert client.post(address, {"file": upload("别名.pdf")}).status_code == 302
    assert (Attachment.objects.count(), StoredFile.objects.count()) == (2, 1)
    stored = StoredFile.objects.get()
    assert stored_path(stored.sha256).read_bytes() == PDF
    assert not list(settings.ATTACHMENT_ROOT.glob(".coming-*"))
    again = post("file-create", file=upload("又一次.pdf"))
    assert again.status_code == 422
    assert "批复 文件.pdf" in again.text
    number = Attachment.objects.get(subject_pk=str(world.zone.pk)).pk
    response = client.get(reverse("park-file", args=["LSJ", number]))
    assert b"".join(response.streaming_content) == PDF
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"] == "application/octet-stream"


def test_a_file_is_for_those_who_see_its_record(world, park, sign_in):
    _client, post = park
    post("file-create", file=upload("a.pdf"))
    address = reverse("park-file", args=["LSJ", Attachment.objects.get().pk])
    assert sign_in(world.reader).get(address).status_code == 200
    assert sign_in(world.stranger).get(address).status_code == 404
    other = reverse("park-file", args=["LSJ-2", Attachment.objects.get().pk])
    assert sign_in(world.analyst).get(other).status_code == 404


def bundle(**entries) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.html", b"<script>", "不允许"),
        ("a.svg", b"<svg/>", "不允许"),
        ("a.exe", b"MZ", "不允许"),
        ("a.pdf.exe", PDF, "不允许"),
        ("a.pdf", b"<html>", "不符"),
        ("a.png", PDF, "不符"),
        ("a.docx", b"PK\x03\x04broken", "不符"),
        ("a.docx", bundle(**{"xl/workbook.xml": b"x"}), "不符"),
        ("a.docx", bundle(**{"word/document.xml": b"x", "word/vbaProject.bin": b"x"}), "宏"),
        ("a.xlsx", bundle(**{"xl/workbook.xml": b"0" * 30_000_000}), "解压"),
        ("a.txt", b"a\x00b", "不符"),
        ("a.pdf", b"", "空"),
    ],
)
def test_what_a_file_is_not_is_refused_with_a_sentence(park, name, content, said):
    _client, post = park
    response = post("file-create", file=upload(name, content))
    assert response.status_code == 422
    assert said in response.text
    assert not Attachment.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_file_above_the_limit_is_refused(park, settings):
    settings.ATTACHMENT_LIMIT_MB = 0
    response = park[1]("file-create", file=upload("a.pdf"))
    assert response.status_code == 422
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "中文".encode("gb18030")),
        ("a.csv", "\ufeff名称,值".encode()),
        ("a.ofd", bundle(**{"OFD.xml": b"<ofd/>"})),
        ("A.JPG", b"\xff\xd8\xff\xe0"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 20),
    ],
)
def test_office_files_are_let_through(tmp_path, name, content):
    path = tmp_path / "x"
    path.write_bytes(content)
    check_file(path, name)
    with pytest.raises(NotAllowed):
        check_file(path, "a.png")


def test_tags_are_put_on_filter_the_list_and_come_off(world, park, sign_in):
    client, post = park
    urgent = Tag.objects.create(name="重点关注", org_unit=world.city, tone="red")
    assert post("tags", tags=[urgent.pk]).status_code == 302
    assert "重点关注" in shown(client)
    rows = client.get(reverse("park-list") + f"?tag={urgent.pk}").context["table"].rows
    assert [cells[1].text for cells in rows] == ["冷水江经济开发区"]
    assert client.get(reverse("park-list") + "?tag=x'").context["table"].rows == []
    post("tags")
    assert not TagUse.objects.exists()
    assert AuditEvent.objects.filter(action_code="kernel.set_tags").count() == 2


def test_a_tag_counts_for_its_organisation_and_below(world, sign_in):
    own = Tag.objects.create(name="本市", org_unit=world.city)
    Tag.objects.create(name="管委会", org_unit=world.committee)
    assert Tag.objects.visible_to(world.reporter).count() == 2  # the city's counts below
    assert Tag.objects.visible_to(world.analyst).count() == 2
    assert not Tag.objects.visible_to(world.stranger).exists()
    assert Tag.objects.visible_to(world.root).count() == 2
    with pytest.raises(Refused):
        set_tags(acting_user=world.stranger, row=world.elsewhere, tags=[own])
    # Another city's tag on a record that both see is not shown, and stays when tags are saved.
    other = Tag.objects.create(name="外市", org_unit=world.stranger.org_unit)
    TagUse.objects.create(
        tag=other, subject_model="registry.Park", subject_pk=world.zone.pk, made_by=world.root
    )
    client = sign_in(world.analyst)
    assert "外市" not in shown(client)
    client.post(reverse("park-tags", args=["LSJ"]), {"tags": [own.pk]})
    assert TagUse.objects.count() == 2


def test_who_may_keep_tags(world, sign_in):
    sent = {"name": "新", "tone": "blue", "org_unit": world.city.pk}
    assert sign_in(world.reader).post(reverse("tag-create"), sent).status_code == 403
    assert sign_in(world.analyst).post(reverse("tag-create"), sent).status_code == 302
    foreign = {**sent, "org_unit": world.stranger.org_unit.pk}
    assert sign_in(world.analyst).post(reverse("tag-create"), foreign).status_code == 422


def test_a_link_is_seen_from_both_ends_by_those_who_see_both(world, park, sign_in):
    client, post = park
    sent = {"kind": "depends", "register": "enterprise", "other": world.steel.credit_code}
    assert post("link-create", **sent).status_code == 302
    assert "依赖于" in shown(client)
    enterprise = reverse("enterprise-detail", args=[world.steel.credit_code])
    assert "被其依赖" in client.get(enterprise).text
    # A second time, and the record with itself
    assert "已经以这种方式关联" in post("link-create", **sent).text
    itself = {"kind": "relates", "register": "park", "other": "LSJ"}
    assert "不能与自身关联" in post("link-create", **itself).text
    number = Link.objects.get().pk
    assert post("link-remove", number, reason="不再依赖").status_code == 302
    assert "依赖于" not in shown(client)


def test_a_link_to_what_one_does_not_see_is_not_shown(world, park):
    link_rows(acting_user=world.root, row=world.zone, other=world.elsewhere, kind="relates")
    client, post = park
    page = shown(client)
    assert "隆平高科技园" not in page
    assert not Link.objects.visible_to(world.analyst).exists()
    assert Link.objects.visible_to(world.root).exists()
    assert post("link-remove", Link.objects.get().pk, reason="x").status_code == 404
    history = client.get(reverse("park-history", args=["LSJ"])).text
    assert "隆平" not in history
    # and none can be made to it
    sent = {"kind": "relates", "register": "park", "other": "LPG"}
    response = post("link-create", **sent)
    assert response.status_code == 422
    assert "没有您可见的记录" in response.text


def test_links_to_many_kinds_take_no_more_queries_than_one(
    world, park, django_assert_max_num_queries
):
    client, _post = park
    set_tags(acting_user=world.analyst, row=world.zone, tags=[])
    others = [world.steel, world.part, world.zone.region, world.committee]
    for one in others:
        link_rows(acting_user=world.root, row=world.zone, other=one, kind="relates")
    shown(client)  # what is read once in ten seconds
    with django_assert_max_num_queries(12):
        page = shown(client)
    for one, code in zip(others, (world.steel.credit_code, "LSJ-2", "431381", ""), strict=True):
        assert f"{code} {one.name}".strip() in page
    assert reverse("enterprise-detail", args=[world.steel.credit_code]) in page


def test_a_name_that_is_not_exact_is_answered_with_the_nearest(park):
    _client, post = park
    sent = {"kind": "relates", "register": "park", "other": "冷水江"}
    response = post("link-create", **sent)
    assert response.status_code == 422
    assert "LSJ-2 冷水江经开区北区" in response.text
