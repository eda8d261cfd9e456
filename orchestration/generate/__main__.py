"""``python -m orchestration.generate``: write every generated file."""

from orchestration.generate import write_files

if __name__ == "__main__":
    for path in write_files():
        print(path)
