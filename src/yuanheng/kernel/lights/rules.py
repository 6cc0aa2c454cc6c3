"""A rule of lights as text, and the light that it gives for facts. Pure: no database, no time; in
the reader's language.

One condition a line, the gravest colour first; the words after ``#`` say why:

    红: 进度差 < -30   # 进度落后超过 30 个百分点
    黄: 进度差 < -10   # 进度落后超过 10 个百分点
    绿: 进度差 >= -10
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.calc.expression import Checked, Explanation, check, explain, parse
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.kernel.figures import listed, measured
from yuanheng.kernel.lights.facts import FACT_BY_CODE, complete_facts, symbols
from yuanheng.kernel.lights.words import shipped_words

RED, ORANGE, YELLOW, BLUE, GREEN = "red", "orange", "yellow", "blue", "green"
GRAVITY = (RED, ORANGE, YELLOW, BLUE, GREEN)
UNKNOWN, NONE = "unknown", "none"
COLOUR_WORDS = dict(zip(GRAVITY, ("红", "橙", "黄", "蓝", "绿"), strict=True))
LIGHT_WORDS = {
    RED: gettext_lazy("Red light"),
    ORANGE: gettext_lazy("Orange light"),
    YELLOW: gettext_lazy("Yellow light"),
    BLUE: gettext_lazy("Blue light"),
    GREEN: gettext_lazy("Green light"),
}
_COLOURS = {word: code for code, word in COLOUR_WORDS.items()}
_COLOURS |= {f"{word}色": code for word, code in list(_COLOURS.items())}
_COLOURS |= {f"{word}灯": code for code, word in COLOUR_WORDS.items()}
_COLOURS |= {code: code for code in GRAVITY}
MOST_CONDITIONS = 30


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a rule."""

    colour: str
    text: str
    why: str
    checked: Checked
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that has been read: where it applies, and its conditions, the gravest first."""

    conditions: tuple[Condition, ...]
    applies: Checked | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """Codes of the facts that it asks for."""
        parts = [one.checked for one in self.conditions]
        if self.applies:
            parts.insert(0, self.applies)
        names = [ref.name for part in parts for ref in part.references]
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Light:
    """A colour and why. ``colour`` is one of `GRAVITY`; ``unknown`` where a missing fact decides,
    ``none`` where the rule says nothing.

    ``missing`` are codes of facts that would decide; with a colour, it is at least that grave.
    """

    colour: str
    words: str
    clause: str = ""
    missing: tuple[str, ...] = ()
    why: str = ""
    trace: tuple[tuple[Condition, Explanation], ...] = field(default=(), compare=False, repr=False)

    @property
    def is_known(self) -> bool:
        """Whether the rule decided."""
        return self.colour in GRAVITY

    @property
    def at_least(self) -> bool:
        """Whether a graver colour could not be ruled out."""
        return self.is_known and bool(self.missing)


@lru_cache(maxsize=256)
def read_rule(conditions: str, applies: str = "") -> Rule:
    """A rule from its text; `FaultyInput` names every line that can't be used."""
    faults: list[Fault] = []
    found: list[Condition] = []
    for number, raw in enumerate(conditions.splitlines(), start=1):
        line = raw.strip()
        if line and not line.startswith("#"):
            _read_line(line, number, found, faults)
    graver = [GRAVITY.index(one.colour) for one in found]
    for at in range(1, len(found)):
        if graver[at] < graver[at - 1]:
            line_number = found[at].line
            faults.append(
                Fault(
                    "light.order",
                    f"第 {line_number} 行：较重的颜色要写在前面（红、橙、黄、蓝、绿）。",
                    f"Line {line_number}: graver colours come first.",
                    line=line_number,
                )
            )
    if not found and not faults:
        faults.append(Fault("light.empty", "至少写一个条件。", "Write at least one condition."))
    if len(found) > MOST_CONDITIONS:
        faults.append(
            Fault(
                "light.long",
                f"最多 {MOST_CONDITIONS} 个条件。",
                f"At most {MOST_CONDITIONS} conditions.",
            )
        )
    where = _condition(applies, 0, faults) if applies.strip() else None
    if faults:
        raise FaultyInput(faults)
    return Rule(tuple(found), where)


def _read_line(line: str, number: int, found: list[Condition], faults: list[Fault]) -> None:
    head, colon, rest = line.replace("：", ":", 1).partition(":")
    colour = _COLOURS.get(head.strip().lower())
    if not colon or colour is None:
        faults.append(
            Fault(
                "light.line",
                f"第 {number} 行“{line[:40]}”：先写颜色和冒号，例如“红: 进度差 < -30”。",
                f"Line {number} “{line[:40]}”: begin with a colour and a colon.",
                line=number,
            )
        )
        return
    text, _hash, why = rest.replace("＃", "#").partition("#")
    checked = _condition(text.strip(), number, faults)
    if checked is not None:
        found.append(Condition(colour, text.strip(), why.strip(), checked, number))


def _condition(text: str, number: int, faults: list[Fault]) -> Checked | None:
    zh, en = (f"第 {number} 行，", f"Line {number}: ") if number else ("适用范围，", "Applies: ")
    try:
        checked = check(parse(text), symbols())
        wrong = [one for one in checked.faults if one.severity == "error"]
    except FaultyInput as error:
        checked, wrong = None, list(error.faults)
    if checked is not None and not wrong and checked.kind != "boolean":
        wrong = [Fault("light.kind", "这里要写一个条件，结果为是或否。", "this is no condition.")]
    faults += [Fault(one.code, zh + one.zh, en + one.en, line=number or None) for one in wrong]
    return None if wrong else checked


def evaluate(rule: Rule, facts: Mapping[str, Any], on: date, clause: str = "") -> Light:
    """The light of ``rule`` for ``facts`` on a day; KeyError for a name that is no fact."""
    known = complete_facts(facts, on)
    clause = shipped_words(clause)
    names = {fact.code: shipped_words(fact.name) for fact in FACT_BY_CODE.values()}
    if rule.applies is not None:
        where = explain(rule.applies.expr, known, names)
        if where.value is None:
            return _unknown(where.missing(), clause, ())
        if not where.value:
            return Light(NONE, _("It doesn't apply here (%(why)s).") % {"why": where.text}, clause)
    undecided: list[tuple[Condition, tuple[str, ...]]] = []
    trace: list[tuple[Condition, Explanation]] = []
    for condition in rule.conditions:
        said = explain(condition.checked.expr, known, names)
        trace.append((condition, said))
        if said.value is None:
            undecided.append((condition, said.missing()))
        elif said.value:
            graver = [codes for one, codes in undecided if one.colour != condition.colour]
            return _decided(condition, said, _flat(graver), clause, trace)
    if undecided:
        return _unknown(_flat([codes for _one, codes in undecided]), clause, tuple(trace))
    return Light(NONE, _("The rule says nothing of this case."), clause, trace=tuple(trace))


def _flat(groups: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Codes of facts, each once, in their order."""
    return tuple(dict.fromkeys(code for group in groups for code in group))


def _decided(
    condition: Condition,
    said: Explanation,
    missing: tuple[str, ...],
    clause: str,
    trace: list[tuple[Condition, Explanation]],
) -> Light:
    if missing and condition.colour == GREEN:
        # Nothing is called all right while it is not known whether it is wrong.
        return _unknown(missing, clause, tuple(trace))
    why = shipped_words(condition.why) or said.text
    figures = listed(dict.fromkeys(_figure(leaf) for leaf in said.leaves() if leaf.field))
    told = {"light": LIGHT_WORDS[condition.colour], "why": why, "figures": figures}
    words = (_("%(light)s: %(why)s (%(figures)s)") if figures else _("%(light)s: %(why)s")) % told
    if missing:
        graver = _("; a graver colour can't be ruled out, not known: %(names)s")
        words += graver % {"names": _names(missing)}
    return Light(condition.colour, words, clause, missing, why, tuple(trace))


def _unknown(
    missing: tuple[str, ...], clause: str, trace: tuple[tuple[Condition, Explanation], ...]
) -> Light:
    return Light(
        UNKNOWN,
        _("Can't be judged, not known: %(names)s") % {"names": _names(missing)},
        clause,
        missing,
        trace=trace,
    )


def _figure(leaf: Explanation) -> str:
    value = leaf.value
    if isinstance(value, bool):
        said = {"name": leaf.text, "value": _("yes") if value else _("no")}
        return _("%(name)s: %(value)s") % said
    if isinstance(value, float):
        digits = 2 if abs(value) >= 1 else 4
        value = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    unit = leaf.unit or FACT_BY_CODE[leaf.field].unit
    return f"{leaf.text} {_('not known') if value is None else measured(str(value), unit)}"


def _names(codes: tuple[str, ...]) -> str:
    return listed(shipped_words(FACT_BY_CODE[code].name) for code in codes)
