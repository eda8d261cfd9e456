"""``python -m orchestration.generate``: write every generated file."""

import sys

from orchestration.foundation.overlay import overlay_in_force
from orchestration.foundation.paths import IS_CHECKOUT
from orchestration.foundation.settings import CONFIG_VARIABLE
from orchestration.generate import write_files

if __name__ == "__main__":
    if not IS_CHECKOUT:
        sys.exit("what is generated is part of the checkout; an installed program has it already")
    if overlay_in_force():
        sys.exit(f"what is generated is the same for every county; unset {CONFIG_VARIABLE}")
    for path in write_files():
        print(path)
