"""Names of enterprises: an invented place, invented brand syllables, the industry, 有限公司.

The name begins with a city or county that does not exist, so it can be no real enterprise's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from yuanheng.demo.industries import CLASS_WORDS
from yuanheng.demo.places import CITY, COUNTIES

_FIRST = tuple("岚澄珞璟沅霁砚筠铎桁旻翊昀钧崧骁峤淏珩祐茗槿蔚霖沣浛泺涵渌漪潆瀚炘烨煜燊琰瑄璞甯")
_SECOND = tuple(
    "铎舸擎屹峦麓湛泓洵溟漾煦熠甫畅盎砺禾穗筱篁纶缙翎翥聿臻苒荃莘菁蕴藜衡裕谦谷越跃辉辰远"
)
_BRANDS = tuple(first + second for first in _FIRST for second in _SECOND if first != second)
_CITY_PREFIX_SHARE = 0.35


def draw_names(
    rng: np.random.Generator, classes: NDArray[np.int64], counties: NDArray[np.int64]
) -> NDArray[np.object_]:
    """A name for each enterprise of the given class and county, all different.

    Inside one class no brand comes twice: after the last two-syllable brand a third syllable is
    put behind it.
    """
    in_city_name = rng.random(len(classes)) < _CITY_PREFIX_SHARE
    names = np.empty(len(classes), dtype=object)
    for place, word in enumerate(CLASS_WORDS):
        members = np.flatnonzero(classes == place)
        order = rng.permutation(len(_BRANDS))
        for rank, member in enumerate(members):
            third, brand = divmod(rank, len(_BRANDS))
            tail = _FIRST[third - 1] if third else ""
            prefix = CITY.name if in_city_name[member] else COUNTIES[counties[member]].name
            names[member] = f"{prefix}{_BRANDS[order[brand]]}{tail}{word}有限公司"
    return names
