"""``python -m yuanheng``: the command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the words of the command line and end with their exit code."""
    from yuanheng.cli.ending import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
