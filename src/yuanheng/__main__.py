"""``python -m yuanheng``: the command line."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the words of the command line and end with their exit code."""
    try:
        from yuanheng.cli.ending import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    if code == 130:
        # An interrupt inside an import can leave Python set on dying by the signal itself.
        sys.stdout.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
