"""What may be laid over ``config/``, and whether what is laid over it is sound.

What belongs here: which files an overlay may have, one look at all of them. What does not: what a file means (its own module).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from orchestration.contracts import code_list, county, extract, holiday, outline, parameter, privacy, upkeep
from orchestration.contracts.yaml_file import raise_all
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.overlay import Overlay, overlay_in_force, tried_out
from orchestration.foundation.paths import CONFIG

# Trained from a county's own months by ``fangfanpin train-matching``; the one file that is no YAML and is replaced as a whole.
MODEL = "linkage_model.json"
SINGLE = (
    county.FILE,
    code_list.FILE,
    holiday.FILE,
    upkeep.FILE,
    upkeep.DEMO_FILE,
    outline.FILE,
    privacy.FILE,
    MODEL,
)
FOLDERS = (parameter.FOLDER, extract.FOLDER)
# What the SQL of the program is made of (``python -m orchestration.generate``), or what every county shares.
_COMPILED = "这个文件已编入程序，不能在县配置里改"

# In the order in which one rests on the other, by the entry of ``config/`` that each reads.
_LOADERS: dict[str, Callable[[], object]] = {
    county.FILE: county.load_county,
    code_list.FILE: code_list.load_code_lists,
    extract.FOLDER: extract.load_extracts,
    parameter.FOLDER: parameter.load_parameters,
    holiday.FILE: holiday.load_holidays,
    upkeep.FILE: upkeep.load_upkeep,
    upkeep.DEMO_FILE: upkeep.load_demo,
    privacy.FILE: privacy.load_edition_settings,
    outline.FILE: outline.load_outlines,
}


def check_overlay() -> None:
    """Look at every file of the overlay in force.

    Raises:
        ConfigError: with every problem of every file, a line each.
    """
    overlay = overlay_in_force()
    if overlay is None:
        return
    problems = list(_strange_files(overlay))
    for entry, load in _LOADERS.items():
        with tried_out(overlay):
            try:
                load()
            except ConfigError as error:
                problems.append(str(error))
                overlay = overlay.without(entry)  # what rests on it is looked at all the same
    problems += _model_problems()
    raise_all(problems)


def config_file(name: str) -> Path:
    """Return the file of ``config/`` that is read as a whole, or the overlay's in its place."""
    overlay = overlay_in_force()
    return overlay.folder / name if overlay and name in overlay.names else CONFIG / name


def _strange_files(overlay: Overlay) -> Iterator[str]:
    for name in overlay.names:
        if name in SINGLE or (name.startswith(tuple(f"{folder}/" for folder in FOLDERS)) and (CONFIG / name).is_file()):
            continue
        yield f"{overlay.folder / name}: {_what_is_wrong(name)}"


def _model_problems() -> list[str]:
    path = config_file(MODEL)
    try:
        sound = isinstance(json.loads(path.read_bytes()), dict)
    except ValueError:
        sound = False
    return [] if sound else [f"{path}: 不是 fangfanpin train-matching 写的模型"]


def _what_is_wrong(name: str) -> str:
    if (CONFIG / name).exists():
        return _COMPILED
    folder = name.split("/", maxsplit=1)[0]
    if folder in FOLDERS and "/" in name:
        known = sorted(path.name for path in (CONFIG / name).parent.glob("*.yml"))
        beside = f"这个文件夹里可以有：{'、'.join(known)}" if known else f"{folder} 里没有这个文件夹"
        return f"不认识的文件，没有采用；{beside}"
    return f"不认识的文件，没有采用；可以有：{'、'.join(SINGLE)}，以及 {'、'.join(FOLDERS)} 文件夹；不用的请移走"
