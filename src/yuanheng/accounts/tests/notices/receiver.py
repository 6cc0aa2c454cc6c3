"""Receivers on this machine that behave as the real ones do, well or badly."""

from __future__ import annotations

import base64
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "SECf00d"


@dataclass
class Receiver:
    """``answers`` are given one after the other, the last one for ever."""

    address: str = ""
    answers: list[Any] = field(default_factory=lambda: [(200, {"errcode": 0, "code": 0})])
    calls: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def receiver() -> Iterator[Receiver]:
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.calls.append({"path": self.path, "headers": dict(self.headers), "body": body})
            answer = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
            with suppress(OSError):
                _give(self, answer)

        def log_message(self, *_words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    told.address = f"http://127.0.0.1:{server.server_port}/robot/send?access_token=a1b2c3d4e5f6"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


def _give(handler: BaseHTTPRequestHandler, answer: Any) -> None:
    if answer == "hang":
        time.sleep(1.5)
        return
    if answer == "drip":  # one byte after the other, for ever
        handler.send_response(200)
        handler.end_headers()
        for _at in range(40):
            handler.wfile.write(b" ")
            time.sleep(0.05)
        return
    status, said = answer
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    handler.send_response(status)
    if 300 <= status < 400:
        handler.send_header("Location", "/elsewhere")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def dingtalk_is_signed(call: dict[str, Any]) -> bool:
    query = parse_qs(urlsplit(call["path"]).query)
    stamp = query["timestamp"][0]
    digest = hmac.digest(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), "sha256")
    good = query["sign"][0] == base64.b64encode(digest).decode()
    return good and len(stamp) == 13 and query["access_token"] == ["a1b2c3d4e5f6"]


def feishu_is_signed(call: dict[str, Any]) -> bool:
    body = json.loads(call["body"])
    digest = hmac.digest(f"{body['timestamp']}\n{SECRET}".encode(), b"", "sha256")
    return body["sign"] == base64.b64encode(digest).decode() and len(body["timestamp"]) == 10


def webhook_is_signed(call: dict[str, Any]) -> bool:
    stamp, _comma, given = call["headers"]["X-Yuanheng-Signature"].partition(",v1=")
    signed = stamp.removeprefix("t=").encode() + b"." + call["body"]
    return hmac.compare_digest(hmac.digest(SECRET.encode(), signed, "sha256").hex(), given)


@contextmanager
def mail_server(answer: bytes = b"250 ok") -> Iterator[tuple[int, list[str]]]:
    """A socket that speaks just enough SMTP; ``answer`` is what it says to a recipient."""
    lines: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        with suppress(OSError):
            connection, _peer = listener.accept()
            with connection, connection.makefile("rb") as stream:
                connection.sendall(b"220 here\r\n")
                in_data = False
                for raw in stream:
                    line = raw.decode("utf-8", "replace").rstrip("\r\n")
                    lines.append(line)
                    if in_data and line != ".":
                        continue
                    in_data = line.upper() == "DATA"
                    said = b"354 go" if in_data else b"250 ok"
                    if line.upper().startswith("RCPT"):
                        said = answer
                    connection.sendall(said + b"\r\n")

    threading.Thread(target=talk, daemon=True).start()
    try:
        yield listener.getsockname()[1], lines
    finally:
        listener.close()
