"""Documents for the tests: invented, of the kinds that offices drop."""

from __future__ import annotations

import io
import zipfile

SPEECH = """娄底市召开产业园区高质量发展推进会
2026年3月1日，娄底市召开产业园区高质量发展推进会。市委书记李明出席会议并讲话。
2025年，冷水江经济开发区实现技工贸总收入125.6亿元，同比增长8.5%；完成固定资产投资32亿元。
入园企业达到71家。
李明要求，由市住建局牵头，市发改委配合，3月底前建成标准厂房20万平方米。市发改委负责，3月20日前完成项目前期手续办理。
市住建局要每月调度重点项目进度，确保年内竣工项目10个。
"""


def pdf(pages: list[str], password: bool = False) -> bytes:
    """A small PDF with a page of text each (Latin letters); with ``password`` it only says that
    it is encrypted."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for text in pages:
        stream = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        content = len(objects)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R "
            "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> "
            ">> >> >>"
        )
        kids.append(len(objects))
    objects[1] = (
        f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{one} 0 R' for one in kids)}] >>"
    )
    if password:
        objects.append(
            "<< /Filter /Standard /V 1 /R 2 /P -44 /O <"
            + "11" * 32
            + "> /U <"
            + "22" * 32
            + "> >>"
        )
    found = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(found))
        found += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(found)
    found += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    found += b"".join(f"{one:010d} 00000 n \n".encode() for one in offsets)
    encrypt = f" /Encrypt {len(objects)} 0 R /ID [<00> <00>]" if password else ""
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R{encrypt} >>"
    return found + f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF".encode()


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def bomb() -> bytes:
    """A small .docx that would unpack to 400 MB."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle,
        bundle.open("word/document.xml", "w", force_zip64=True) as stream,
    ):
        for _part in range(400):
            stream.write(b"0" * (1 << 20))
    return out.getvalue()


def mail(levels: int = 0) -> bytes:
    """A mail with an invented text; with ``levels``, mails inside mails inside mails."""
    body = "".join(f"{line}\r\n" for line in SPEECH.splitlines())
    found = (
        "From: office@example.cn\r\nSubject: =?utf-8?b?5Lya6K6u57qq6KaB?=\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body
    )
    for level in range(levels):
        mark = f"b{level}"
        found = (
            f"Subject: fw\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary={mark}"
            f"\r\n\r\n--{mark}\r\nContent-Type: message/rfc822\r\n\r\n{found}\r\n--{mark}--\r\n"
        )
    return found.encode()
