"""What is said where a library no longer does what an adapter relies on."""

from importlib import metadata


def advice(distribution: str, read: str, do: str) -> str:
    """Return what to do.

    Args:
        distribution: the library, as it is installed.
        read: the module that uses it, whose docstring says what to look at in the library.
        do: what has to become of it.
    """
    return (
        f"{distribution} {metadata.version(distribution)} is no longer what {read} was written for. Read its docstring and what"
        f" it names in the library, then: {do} Until then keep the version that requirements/ locks."
    )
