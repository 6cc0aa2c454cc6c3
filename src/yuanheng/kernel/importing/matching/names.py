"""How alike two names of organisations are, and two addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yuanheng.tabular.texts import halved

# What says in which legal form somebody works, not who it is.
_FORMS = re.compile(
    r"(有限责任公司|股份有限公司|集团有限公司|有限公司|集团公司|总公司|分公司|公司|集团|"
    r"股份合作|有限合伙|普通合伙|个体工商户|合作社|厂|co\.?,?ltd\.?)$"
)
_PLACE = re.compile(
    r"^(?:中国)?(?:.{2,3}省|内蒙古自治区|广西壮族自治区|西藏自治区|宁夏回族自治区|"
    r"新疆维吾尔自治区)?(?:.{2,6}?(?:自治州|地区|市|盟))?(?:.{1,5}?(?:自治县|县|区|旗|市))?"
)
_PUNCTUATION = re.compile(r"[\s()\[\]{}<>〈〉《》【】·.,，。、\-—_'\"“”/\\&:;：；#]+")
_SMALLEST_CORE = 2


def core_of(name: str) -> str:
    """The name without its place in front, its legal form behind, brackets and width.

    >>> core_of("云泽市岚铎铸造（集团）有限责任公司")
    '岚铎铸造'
    """
    text = _PUNCTUATION.sub("", halved(name).lower())
    shorter = _without_forms(text)
    rest = _PLACE.sub("", shorter)
    if len(rest) >= _SMALLEST_CORE:
        return rest
    return shorter if len(shorter) >= _SMALLEST_CORE else text


def _without_forms(text: str) -> str:
    previous = ""
    while text != previous:
        previous, text = text, _FORMS.sub("", text)
    return text


def plain_address(address: str) -> str:
    """An address without punctuation and width."""
    return _PUNCTUATION.sub("", halved(address).lower())


def grams(text: str) -> frozenset[str]:
    """Its characters and its pairs of characters."""
    return frozenset(text) | {text[at : at + 2] for at in range(len(text) - 1)}


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's share of what two texts have in common, from 0 to 1."""
    both = len(one) + len(other)
    return 2 * len(one & other) / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """How sure it is that two are the same, from 0 to 1, and why, in sentences."""

    value: float
    reasons: tuple[str, ...]


_NAME_WEIGHT = 0.75
_WITHOUT_ADDRESS = 0.95
_OTHER_CODE = 0.9


def score(name_likeness: float, address_likeness: float | None, *, codes_differ: bool) -> Score:
    """The names count for three quarters and the addresses for one; without addresses the names
    alone count for a little less; two different right codes take a tenth away."""
    reasons = [
        _("The names are the same but for place and legal form")
        if name_likeness == 1
        else _("The names agree to %(share)d %%") % {"share": int(name_likeness * 100)}
    ]
    if address_likeness is None:
        value = name_likeness * _WITHOUT_ADDRESS
        reasons.append(_("One of the addresses is missing"))
    else:
        value = _NAME_WEIGHT * name_likeness + (1 - _NAME_WEIGHT) * address_likeness
        reasons.append(
            _("The addresses agree to %(share)d %%") % {"share": int(address_likeness * 100)}
        )
    if codes_differ:
        value *= _OTHER_CODE
        reasons.append(_("The codes are different"))
    return Score(round(value, 3), tuple(str(one) for one in reasons))
