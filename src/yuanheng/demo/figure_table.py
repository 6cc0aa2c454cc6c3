"""The long table of enterprise figures: one row per year and living enterprise."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from yuanheng.demo.columns import FIGURE_COLUMNS
from yuanheng.demo.industries import CLASS_CODES, CLASS_NAMES
from yuanheng.demo.panel import Panel
from yuanheng.demo.places import COUNTIES, SITES
from yuanheng.demo.register import LAST_YEAR, YEARS, Firms

Table = Mapping[str, NDArray[np.generic]]

_SITE_NAMES = np.array([*(park.name for park in SITES), ""], dtype=object)
_SITE_NAMES_OR_NULL = np.array([*(park.name for park in SITES), None], dtype=object)
_COUNTY_NAMES = np.array([county.name for county in COUNTIES], dtype=object)
_CLASS_CODES = np.array(CLASS_CODES, dtype=object)
_CLASS_NAMES = np.array(CLASS_NAMES, dtype=object)


def yes_no(flags: NDArray[np.bool_]) -> NDArray[np.object_]:
    """是 and 否 for true and false."""
    return np.where(flags, "是", "否").astype(object)


def register_columns(firms: Firms, panel: Panel) -> list[list[str]]:
    """The columns of the register, in the order of ``REGISTER_HEADERS``,
    without the particulars.

    An enterprise that closed keeps its row; it is above scale no longer.
    """
    above_now = panel.above_scale[:, -1] & firms.alive(LAST_YEAR)
    landlords = np.where(firms.landlord >= 0, firms.codes[firms.landlord], "")
    return [
        list(column)
        for column in (
            firms.codes,
            firms.names,
            _SITE_NAMES[firms.site],
            _COUNTY_NAMES[firms.county],
            _CLASS_CODES[firms.class_place],
            _CLASS_NAMES[firms.class_place],
            yes_no(above_now),
            yes_no(firms.high_tech),
            yes_no(firms.specialised),
            firms.established_on.astype(str),
            landlords,
            np.where(firms.leased, "租赁", "自有"),
        )
    ]


def figure_table(firms: Firms, panel: Panel) -> Table:
    """All years, year by year in the order of the register, by plain column name."""
    step, firm = np.nonzero(panel.alive.T)
    values = (
        np.array(YEARS)[step],
        firms.codes[firm],
        firms.names[firm],
        _COUNTY_NAMES[firms.county[firm]],
        _SITE_NAMES_OR_NULL[firms.site[firm]],
        _CLASS_CODES[firms.class_place[firm]],
        yes_no(panel.above_scale[firm, step]),
        panel.land[firm, step],
        panel.tax[firm, step],
        panel.value_added[firm, step],
        panel.revenue[firm, step],
        panel.energy[firm, step],
        panel.electricity[firm, step],
        panel.emission[firm, step],
        panel.employees[firm, step],
        panel.research[firm, step],
        panel.upgrading[firm, step],
        panel.accidents[firm, step],
        panel.violations[firm, step],
        firms.production_on[firm].astype("datetime64[us]"),
    )
    return {column.name: value for column, value in zip(FIGURE_COLUMNS, values, strict=True)}


def select_rows(table: Table, wanted: NDArray[np.bool_]) -> Table:
    """The rows of ``table`` where ``wanted`` holds."""
    return {name: values[wanted] for name, values in table.items()}
