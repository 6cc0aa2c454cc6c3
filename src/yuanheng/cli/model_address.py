"""A language model that the office runs itself, where it has named one; none by default."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Callable
from typing import Any

from yuanheng.cli.call_error import CallError
from yuanheng.cli.language import say
from yuanheng.cli.printing import remark

TIMEOUT = 120


def chosen_model() -> Callable[[dict[str, Any]], dict[str, Any]] | None:
    """A sender to ``YUANHENG_MODEL_URL`` (an OpenAI-compatible address), or None.

    ``YUANHENG_MODEL_NAME`` names the model, ``YUANHENG_MODEL_KEY`` its key if it wants one.
    """
    address = os.environ.get("YUANHENG_MODEL_URL", "").strip()
    if not address:
        return None
    if not address.startswith(("http://", "https://")):
        raise CallError(
            f"YUANHENG_MODEL_URL 应以 http:// 或 https:// 开头，现为“{address}”。",
            f"YUANHENG_MODEL_URL must begin with http:// or https://, not “{address}”.",
        )
    name = os.environ.get("YUANHENG_MODEL_NAME", "default")
    key = os.environ.get("YUANHENG_MODEL_KEY", "")
    target = address.rstrip("/")
    target += "" if target.endswith("/chat/completions") else "/chat/completions"

    def send(body: dict[str, Any]) -> dict[str, Any]:
        """The answer, or an empty one with a remark where the model can't be reached."""
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        request = urllib.request.Request(  # noqa: S310 - http(s) only, checked above
            target, json.dumps({"model": name, **body}).encode(), headers
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                found = json.loads(answer.read(4 << 20))
        except (OSError, ValueError) as error:
            remark(
                say(
                    f"语言模型没有回答（{error}）；只用规则。",
                    f"The model didn't answer ({error}); rules only.",
                )
            )
            return {}
        return found if isinstance(found, dict) else {}

    return send
