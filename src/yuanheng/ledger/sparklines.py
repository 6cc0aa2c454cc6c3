"""A year in a small picture: a line of monthly figures as SVG, with words for who can't see it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 96, 24


def sparkline(values: Sequence[float | None], words: str) -> SafeString:
    """The line breaks where a figure is missing; a single one is a dot. ``words`` describe it."""
    known = [value for value in values if value is not None]
    if not known:
        return mark_safe("")
    low, high = min(known), max(known)
    spread = high - low
    if spread <= 1e-9 * max(abs(high), abs(low)):  # noise of the last digits is no course
        low, spread = low - 0.5, 1.0
    step = (WIDTH - 4) / max(len(values) - 1, 1)
    runs: list[list[str]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            y = HEIGHT - 3 - (value - low) / spread * (HEIGHT - 6)
            runs[-1].append(f"{2 + at * step:.1f},{y:.1f}")
    lines = "".join(f'<polyline points="{" ".join(run)}"/>' for run in runs if len(run) > 1)
    last = next(run for run in reversed(runs) if run)[-1].split(",")
    return format_html(
        '<svg class="yh-spark" width="{}" height="{}" viewBox="0 0 {} {}" role="img" '
        'aria-label="{}">{}<circle cx="{}" cy="{}" r="2"/></svg>',
        WIDTH, HEIGHT, WIDTH, HEIGHT, words, mark_safe(lines), *last,  # noqa: S308  numbers only
    )  # fmt: skip
