"""A call that can't be carried out, said in both languages."""

from __future__ import annotations

from yuanheng.cli.language import say


class CallError(Exception):
    """The call or its input is wrong: what, where, and what to do. Ends with exit code 2."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)

    def text(self) -> str:
        return say(self.zh, self.en)
