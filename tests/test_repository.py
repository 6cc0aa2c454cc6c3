"""What the repository promises to who clones it: documents that hold, nothing of our machines."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from yuanheng.cli.app import COMMANDS
from yuanheng.cli.source_checks import addresses

ROOT = Path(__file__).parents[1]
NAMES = {name for name, *_ in COMMANDS}
BOTH_READMES = pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".sh", ".html", ".css", ".js", ".json", ""}


def tracked() -> list[Path]:
    """The files of the repository, or of its directories where it is no clone."""
    listed = None
    if shutil.which("git") and (ROOT / ".git").exists():
        words = ["git", "-C", str(ROOT), "ls-files", "-z"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        listed = done.stdout.split("\0") if done.returncode == 0 else None
    if listed:
        return [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    return [
        path
        for top in ("src", "tests", "docs", "schemes", "requirements")
        for path in (ROOT / top).rglob("*")
        if path.is_file()
    ]


def texts() -> list[tuple[Path, str]]:
    return [
        (path, path.read_text("utf-8", errors="replace"))
        for path in tracked()
        if path.suffix in TEXT and "vendor" not in path.parts
    ]


def code_blocks(name: str) -> list[str]:
    """The commands of a document: lines of its shell blocks that call ``./yh``."""
    text = (ROOT / name).read_text("utf-8")
    blocks = re.findall(r"```(?:sh|bash|console)?\n(.*?)```", text, flags=re.S)
    return [
        line.strip().removeprefix("$ ")
        for block in blocks
        for line in block.splitlines()
        if "./yh " in line
    ]


@BOTH_READMES
def test_commands_of_the_readme_exist(name):
    lines = code_blocks(name)
    used = {re.search(r"\./yh ([a-z-]+)", line)[1] for line in lines}
    assert {"demo", "test", "evaluate", "explain"} <= used
    assert used <= NAMES


@BOTH_READMES
def test_options_of_the_readme_exist(name):
    helps = {command: text for command, _, text, _ in COMMANDS}
    from yuanheng.cli.app import command

    for line in code_blocks(name):
        word = re.search(r"\./yh ([a-z-]+)", line)[1]
        assert word in helps
        known = {option for p in command().commands[word].params for option in p.opts}
        for option in re.findall(r" (--[a-z-]+)", line.split("#")[0]):
            assert option in known, line


def documents() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md"]


def test_links_between_documents_lead_somewhere():
    broken = []
    for path in documents():
        for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
            target = link.split("#")[0]
            if not target or re.match(r"[a-z]+:", target):
                continue
            # The screenshot is made from a running server, apart from the text.
            if not (path.parent / target).exists() and not target.endswith(".png"):
                broken.append(f"{path.relative_to(ROOT)}: {link}")
    assert broken == []


def test_schemes_named_in_documents_are_shipped():
    for path in documents():
        for name in re.findall(r"schemes/([a-z0-9_]+\.yaml)", path.read_text("utf-8")):
            assert (ROOT / "schemes" / name).is_file(), f"{path.name}: {name}"


def test_locks_name_no_address():
    assert addresses(ROOT) is None


def test_locks_have_a_hash_for_each_package():
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text("utf-8").replace("\\\n", " ")
        for line in text.splitlines():
            if line.strip() and not line.startswith("#"):
                assert "--hash=sha256:" in line, f"{lock.name}: {line[:60]}"


def test_no_path_of_a_developers_machine():
    # In pieces, so that this file does not find itself.
    pattern = re.compile("|".join(["/" + "home/[a-z]", "/" + "Users/[A-Za-z]", r"C:\\" + "Users"]))
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in texts()
        for match in [pattern.search(text)]
        if match
    ]
    assert found == []


def test_no_file_of_one_machine_is_tracked():
    names = {path.relative_to(ROOT).as_posix() for path in tracked()}
    unwanted = [n for n in names if n.endswith((".sqlite3", ".pyc", "uv.lock", ".env"))]
    assert unwanted == []
    assert not any(name.startswith(("var/", ".venv/")) for name in names)


def test_every_decision_is_numbered_once():
    numbers = [path.name[:4] for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]


def test_each_runtime_dependency_is_decided():
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    block = re.search(r"^dependencies = \[(.*?)^\]", project, flags=re.S | re.M)[1]
    names = re.findall(r'"([A-Za-z0-9_.-]+)', block)
    decided = (ROOT / "docs" / "decisions" / "0010-dependencies.md").read_text("utf-8").lower()
    missing = [name for name in names if name.lower() not in decided]
    assert missing == []


def test_glossary_knows_the_words_of_the_scheme_file():
    """Every key that an official writes into a scheme stands in the glossary."""
    from yuanheng.calc.scheme import Scheme

    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    missing = [name for name in Scheme.model_fields if f"`{name}`" not in glossary]
    assert missing == []


def test_glossary_says_each_name_once():
    lines = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    names = [line.split("|")[1].strip() for line in lines if line.startswith("| `")]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_launcher_and_ci_are_programs():
    for name in ("yh", ".ci/run"):
        path = ROOT / name
        assert path.stat().st_mode & 0o111, name
        shell = "bash" if "bash" in path.read_text("utf-8").splitlines()[0] else "sh"
        subprocess.run([shell, "-n", str(path)], check=True)
