"""Where things lie: the checkout, the shipped schemes."""

from __future__ import annotations

from pathlib import Path

from yuanheng.cli.call_error import CallError

PACKAGE = Path(__file__).resolve().parents[1]


def checkout() -> Path:
    """The root of the repository; CallError where the program was installed without it."""
    root = PACKAGE.parents[1]
    if (root / "pyproject.toml").is_file() and (root / "tests").is_dir():
        return root
    raise CallError(
        "这条命令只能在源代码目录里用：请取得源代码后执行 ./yh。",
        "This command needs the source checkout: run ./yh there.",
    )


def schemes_directory() -> Path:
    """The schemes that came with the program, from the checkout or from the package."""
    beside = PACKAGE.parents[1] / "schemes"
    return beside if beside.is_dir() else PACKAGE / "schemes"


def scheme_file(given: str) -> Path:
    """The file of a scheme: a path, or the name of a shipped one such as ``huangyan_2022``."""
    path = Path(given)
    if path.exists() or path.name != given:
        return path
    shipped = schemes_directory() / f"{given.removesuffix('.yaml')}.yaml"
    return shipped if shipped.is_file() else path
