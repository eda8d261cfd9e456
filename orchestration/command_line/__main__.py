"""``python -m orchestration.command_line`` is ``fangfanpin``."""

import sys

from orchestration.command_line import main

if __name__ == "__main__":
    sys.exit(main())
