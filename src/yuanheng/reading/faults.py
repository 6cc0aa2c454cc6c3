"""A document that can't be read, said in words."""

from __future__ import annotations


class UnreadableDocument(ValueError):  # noqa: N818 - what a person gave, not what went wrong here
    """A document that can't be used: what is wrong and what to do, in Chinese and in English.

    ``code`` is stable and for programs.
    """

    def __init__(self, code: str, zh: str, en: str) -> None:
        self.code, self.zh, self.en = code, zh, en
        super().__init__(en)
