"""From the text as it came to text that rules can read, with every place kept."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass

from yuanheng.reading.glosses import glosses
from yuanheng.reading.lexicon import Lexicon
from yuanheng.reading.mapping import MappedText, Span, merged
from yuanheng.reading.simplified import simplify
from yuanheng.reading.unfolding import unfolded

LOST = "\ufffd"
_IGNORED = dict.fromkeys(
    [*range(0x09), *range(0x0B, 0x0D), *range(0x0E, 0x20), 0x7F, 0x200B, 0x200C, 0x200D, 0x2060,
     0xFEFF, 0x00AD]
)  # fmt: skip
_FULL = {"(": "（", ")": "）", ";": "；", "!": "！", "?": "？", "[": "【", "]": "】"}
_SAME = {
    "＂": '"', "～": "~", "−": "-", "－": "-", "–": "—", "―": "—", "─": "—", "〜": "~",
    "〈": "《", "〉": "》", "﹐": "，", "﹔": "；", "﹕": "：", "｡": "。", "､": "、", "･": "·", "•": "·",
    "「": "“", "」": "”", "『": "‘", "』": "’", "〔": "〔", "〕": "〕", "\u3000": " ", "\u00a0": " ",
}  # fmt: skip
_TABLE: dict[int, str] = {}


def _table() -> dict[int, str]:
    """One character to one: half-width letters and digits, full-width punctuation."""
    if not _TABLE:
        for code in range(0xFF01, 0xFF5F):
            _TABLE[code] = unicodedata.normalize("NFKC", chr(code))
        for char in "，；：（）！？":
            _TABLE.pop(ord(char), None)
        _TABLE.update({ord(a): b for a, b in (_FULL | _SAME).items()})
        _TABLE[0xFF05] = _TABLE[0xFE6A] = "%"
    return _TABLE


# Each begins with the character itself, or with a look at it: other places cost nothing.
_COMMA = re.compile(r",(?:(?!\d{3}(?!\d))|(?<!\d,))")
_COLON = re.compile(r":(?:(?!\d|//)|(?<=[\u3400-\u9fff]:)(?=\d))")
_STRAIGHT = re.compile(r'"([^"\n]{0,60})"')
_DOUBLED = re.compile(
    r"(?=[，、；：。])(?:(?<=[，；：、。！？])[，、；：。](?=[^，、；：。]|$)|(?<=，)，+|(?<=。)。+)"
)
_SPACES = re.compile(
    r"(?=[ \t\r])(?:(?<=[\u3400-\u9fff，。；：、）”%])[ \t]+(?=[\d（“])|(?<=[\d%）”])[ \t]+(?=[\u3400-\u9fff，。；：、（%])"
    r"|(?<=\d)[ ]+(?=[%\d])(?<!\d )|(?<![ \t])[ \t]+(?=\n)|(?<=\n)[ ]+|\r(?=\n))"
)
_SAME_BELOW = re.compile(r"[（(]下同[）)]")
# 完 成 地 方 财 政 收 入: letters that a page set apart.
_SPREAD = re.compile(r"(?:[\u3400-\u9fff，。；：、] ){3,}[\u3400-\u9fff，。；：、]")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Clean text, what was taken for furniture (original spans), and lines that tell the source."""

    mapped: MappedText
    removed: list[Span]
    heads: list[Span]
    is_traditional: bool


def clean(mapped: MappedText, lexicon: Lexicon) -> Cleaned:
    """Everything that is done to a text before it is understood."""
    if any(chr(code) in mapped.text for code in _IGNORED):
        mapped = mapped.without(m.span() for m in re.finditer(_ignored_pattern(), mapped.text))
    mapped = mapped.without(glosses(mapped.text))
    simple = simplify(mapped, lexicon.regional_words)
    traditional = simple is not mapped
    mapped = _one_punctuation(simple)
    mapped = _piped(unfolded(mapped))
    mapped = mapped.without(m.span() for m in _SAME_BELOW.finditer(mapped.text))
    # A tab is a cell border in a table; other spaces beside figures are typing.
    mapped = mapped.without(m.span() for m in _SPACES.finditer(mapped.text) if "\t" not in m[0])
    if _SPREAD.search(mapped.text):
        mapped = mapped.without(
            (run.start() + at, run.start() + at + 1)
            for run in _SPREAD.finditer(mapped.text)
            for at, letter in enumerate(run[0])
            if letter == " "
        )
    mapped = mapped.without(m.span() for m in _DOUBLED.finditer(mapped.text))
    mapped = mapped.without(_soft_breaks(mapped.text))
    lines, heads = _furniture(mapped.text, lexicon)
    removed = [mapped.span(a, b) for a, b in lines]
    return Cleaned(
        mapped.without(merged(lines)), removed, [mapped.span(a, b) for a, b in heads], traditional
    )


def _ignored_pattern() -> str:
    return "[" + "".join(re.escape(chr(code)) for code in _IGNORED) + "]+"


def _one_punctuation(mapped: MappedText) -> MappedText:
    text = mapped.text.translate(_table())
    text = _COMMA.sub("，", text)
    text = _COLON.sub("：", text)
    text = _STRAIGHT.sub(r"“\1”", text)
    return mapped.with_text(text) if len(text) == len(mapped.text) else mapped


def _piped(mapped: MappedText) -> MappedText:
    """Rows whose cells stand between bars become rows between tabs; rules between rows go."""
    if "|" not in mapped.text:
        return mapped
    gone: list[Span] = []
    bars: list[int] = []
    at = 0
    for line in mapped.text.split("\n"):
        if line.strip() == "|":
            gone.append((at, at + len(line) + 1))
        elif line.count("|") >= 2:
            if not line.strip("|-: \t"):
                gone.append((at, at + len(line) + 1))
            else:
                ends = [m.span() for m in _EDGE.finditer(line) if m.end() > m.start()]
                gone += [(at + a, at + b) for a, b in ends]
                inner = [
                    m
                    for m in _BAR.finditer(line)
                    if not any(a <= m.start("bar") < b for a, b in ends)
                ]
                bars += [at + m.start("bar") for m in inner]
                gone += [(at + m.start(), at + m.start("bar")) for m in inner]
                gone += [(at + m.end("bar"), at + m.end()) for m in inner]
        at += len(line) + 1
    letters = list(mapped.text)
    for place in bars:
        letters[place] = "\t"
    return mapped.with_text("".join(letters)).without(
        merged((a, min(b, len(letters))) for a, b in gone)
    )


_EDGE = re.compile(r"^[ ]*\|[ ]*|[ ]*\|[ ]*$")
_BAR = re.compile(r"[ ]*(?P<bar>\|)[ ]*")
# What begins a line of its own: 2. and （三） and ④, and 责任单位：.
_STARTS = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}(?:[）)、．]|\.(?!\d))|[①-⑳●■◆]|[—-]{2}|第[一二三四五六七八九十]{1,3}[章节条]|[\u3400-\u9fff]{2,8}：)"
)
_LABEL = re.compile(r"\s*[\u3400-\u9fff]{2,8}：")


def _soft_breaks(text: str) -> list[Span]:
    """Line breaks inside a sentence, as PDF files and mails have them."""
    lines = text.split("\n")
    full = [len(line) for line in lines if len(line) >= 15]
    if len(full) < 6:
        return []
    widest = sorted(full)[int(len(full) * 0.9)]
    even = sum(length >= widest * 0.85 for length in full)
    if widest > 90 or even < len(full) * 0.4:
        return []
    cuts, at = [], 0
    for line, after in itertools.pairwise(lines):
        at += len(line)
        ends = line.rstrip()[-1:] in "。！？；：" or "\t" in line
        apart = ends or "\t" in after or _STARTS.match(after) or _LABEL.match(line)
        if len(line) >= widest * 0.85 and not apart and after.strip():
            cuts.append((at, at + 1))
        at += 1
    return cuts


def _furniture(text: str, lexicon: Lexicon) -> tuple[list[Span], list[Span]]:
    """Spans of furniture, and those of them that tell source and date."""
    found: list[Span] = []
    heads: list[Span] = []
    at, length = 0, len(text)
    for line in text.split("\n"):
        start, stop = at, at + len(line)
        at = stop + 1
        words = line.strip()
        if not words or len(words) > 130:
            continue
        if start > length * 0.4 and lexicon.furniture_tail.fullmatch(words):
            found.append((start, length))
            break
        if lexicon.furniture_line.fullmatch(words):
            found.append((start, stop))
        elif lexicon.dateline.fullmatch(words) and "。" not in words:
            # Far down, a line with a date is the document's own date, not the site's.
            if start < max(400, length * 0.2) and "讯" not in words:
                found.append((start, stop))
            heads.append((start, stop))
    return found, heads
