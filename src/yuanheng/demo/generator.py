"""Makes the demonstration city as the files an office would hand over.

Everything is invented except ``published_examples.csv``. The same seed and number of enterprises
give the same files. Money is in 10^4 yuan unless a heading says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from yuanheng.demo.columns import PUBLISHED_HEADERS, REGION_HEADERS, REGISTER_HEADERS
from yuanheng.demo.credit_code import draw_codes
from yuanheng.demo.faulty_rows import write_faulty_rows
from yuanheng.demo.figure_table import figure_table, register_columns, select_rows
from yuanheng.demo.flat_files import write_csv, write_parquet
from yuanheng.demo.panel import draw_panel
from yuanheng.demo.park_figures import draw_park_rows
from yuanheng.demo.particulars import draw_particulars
from yuanheng.demo.places import COUNTIES, REGIONS
from yuanheng.demo.published import published_rows
from yuanheng.demo.register import LAST_YEAR, draw_firms
from yuanheng.demo.workbooks import write_enterprise_figures, write_park_figures, write_parks

LEAST_ENTERPRISES = 500
"""Fewer would leave parks without an enterprise."""

# Every part of the city draws from a stream of its own: a change in one leaves the others alone.
_REGISTER_STREAM, _PANEL_STREAM, _PARK_STREAM, _FAULTY_STREAM, _DETAIL_STREAM = range(5)


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Where the files of a demonstration city are."""

    directory: Path
    regions: Path
    parks: Path
    enterprises: Path
    enterprise_figures: Path
    enterprise_figures_2024: Path
    park_figures: Path
    published_examples: Path
    dirty_sample: Path


def files_in(directory: Path) -> DemoFiles:
    """The paths that ``generate`` writes below ``directory``."""
    return DemoFiles(
        directory=directory,
        regions=directory / "regions.csv",
        parks=directory / "parks.xlsx",
        enterprises=directory / "enterprises.csv",
        enterprise_figures=directory / "enterprise_figures.parquet",
        enterprise_figures_2024=directory / "enterprise_figures_2024.xlsx",
        park_figures=directory / "park_figures.xlsx",
        published_examples=directory / "published_examples.csv",
        dirty_sample=directory / "dirty_sample.xlsx",
    )


def generate(directory: str | Path, *, seed: int = 2024, enterprises: int = 20_000) -> DemoFiles:
    """Write a demonstration city with ``enterprises`` enterprises into ``directory``."""
    if enterprises < LEAST_ENTERPRISES:
        raise ValueError(f"enterprises must be {LEAST_ENTERPRISES} or more, not {enterprises}")
    files = files_in(Path(directory))
    files.directory.mkdir(parents=True, exist_ok=True)
    firms = draw_firms(_stream(seed, _REGISTER_STREAM), enterprises)
    panel = draw_panel(_stream(seed, _PANEL_STREAM), firms)
    park_rows = draw_park_rows(_stream(seed, _PARK_STREAM), firms, panel)
    table = figure_table(firms, panel)
    last_year = select_rows(table, (table["年度"] == LAST_YEAR) & (table["规上"] == "是"))

    write_csv(
        files.regions,
        REGION_HEADERS,
        [(region.code, region.name, region.parent, region.tier) for region in REGIONS],
    )
    write_parks(files.parks)
    columns: list[list[object]] = [*register_columns(firms, panel)]
    columns += draw_particulars(_stream(seed, _DETAIL_STREAM), firms, panel)
    write_csv(files.enterprises, REGISTER_HEADERS, zip(*columns, strict=True))
    write_parquet(files.enterprise_figures, table)
    write_enterprise_figures(files.enterprise_figures_2024, last_year)
    write_park_figures(files.park_figures, park_rows)
    write_csv(files.published_examples, PUBLISHED_HEADERS, published_rows())
    write_faulty_rows(files.dirty_sample, last_year, _unknown_code(seed, set(firms.codes)))
    return files


def _stream(seed: int, place: int) -> np.random.Generator:
    return np.random.default_rng([seed, place])


def _unknown_code(seed: int, known: set[str]) -> str:
    """A sound code that the register does not have."""
    division = np.array([COUNTIES[0].code] * (len(known) + 1))
    codes = draw_codes(_stream(seed, _FAULTY_STREAM), division)
    return str(next(code for code in codes if code not in known))
