"""What a page's form would send as it stands."""

from __future__ import annotations

from html.parser import HTMLParser


def form_values(html: str) -> dict[str, str]:
    """Names and values of the last form on a page that is sent with POST."""
    reader = _Reader()
    reader.feed(html)
    named = [one for one in reader.forms if len(one) > 1]  # more than the CSRF token
    return named[-1] if named else {}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.forms.append({})
        if not self.forms:
            return
        if tag == "input" and name and given.get("type") not in {"submit", "file"}:
            is_box = given.get("type") in {"checkbox", "radio"}
            if not is_box or "checked" in given:
                self.forms[-1][name] = given.get("value") or ("on" if is_box else "")
        elif tag == "select":
            self.select = name
            self.forms[-1].setdefault(name, "")
        elif tag == "option" and "selected" in given and self.select:
            self.forms[-1][self.select] = given.get("value") or ""
        elif tag == "textarea":
            self.textarea = name
            self.forms[-1][name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.forms[-1][self.textarea] += data.removeprefix("\n")
