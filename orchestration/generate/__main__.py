"""``python -m orchestration.generate``: write every generated file."""

import sys

from orchestration.foundation.paths import IS_CHECKOUT
from orchestration.generate import write_files

if __name__ == "__main__":
    if not IS_CHECKOUT:
        sys.exit("what is generated is part of the checkout; an installed program has it already")
    for path in write_files():
        print(path)
