"""What ``fangfanpin init`` writes: an overlay in which everything is explained and nothing said yet.

What belongs here: the texts of its files, made of what ``config/`` says. What does not: what an overlay may say (``overlaid``).
A line that begins with ``##`` explains; one that begins with ``# `` holds as soon as that is taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from orchestration.contracts import code_list, county, extract, holiday, parameter, upkeep
from orchestration.foundation.atomic_files import write_text

LINES = ("income.inclusion_line", "income.warning_line")
EXAMPLE = "civil_affairs__assistance_roll"

_README = """\
# 县配置

这个文件夹里的内容叠加在程序自带的配置之上：写了什么就改什么，没有写的按默认。不改程序，升级程序时也不受影响。

- `##` 开头的行是说明；`# ` 开头的行是内容，去掉行首的 `# ` 就生效。
- 用记事本等纯文本编辑器修改，保存为 UTF-8；缩进用空格，冒号用英文半角、后面空一格。
- 用法：每条命令加 `--config 本文件夹`，或设置环境变量 `FANGFANPIN_CONFIG`。改完先运行 `fangfanpin doctor`，有错会逐条列出。
- 改了以后，再运行一个月就会按新的配置重新计算；内容有变化的发布为新的一版，旧版不动。
- 不用的文件可以删去。程序不认识的文件会被拒绝，免得写错了文件名却以为已经生效。

每个文件能写什么，见程序的 docs/configuration.md。
"""


def write_starter(folder: Path) -> list[Path]:
    """Write an overlay that says nothing yet; return its files.

    Raises:
        FileExistsError: there is something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} 里已有内容")
    files = starter_files()
    for name, content in files.items():
        write_text(folder / name, content)
    return [folder / name for name in files]


def starter_files() -> dict[str, str]:
    """Return the text of each file of a new overlay, by its path in the folder."""
    contract = extract.load_extracts()[EXAMPLE]
    parameters, next_year = parameter.load_parameters(), holiday.load_holidays()[-1].year + 1
    return {
        "README.md": _README,
        county.FILE: _keys(
            county.load_county(), "县、乡镇、部门。改哪一项就写哪一项。换成别的县（code 不同）时，要写全省市县名和全部乡镇。"
        ),
        holiday.FILE: _holidays(next_year),
        code_list.FILE: _text(
            ["代码表里已有的取值，报送里还会出现哪些别的写法。格式：代码表、取值、别的写法；数字要加引号。"],
            ["disability_grade:", "  一级: [Ⅰ级]", "sex:", "  男: [男性]", "  女: [女性]"],
        ),
        **{f"{parameter.FOLDER}/{name.replace('.', '/')}.yml": _parameter(parameters[name]) for name in LINES},
        f"{extract.FOLDER}/{contract.department}/{contract.short_name}.yml": _contract(contract, next_year),
        upkeep.FILE: _keys(upkeep.load_upkeep(), "维护用的数字，与政策无关。"),
    }


def _keys(model: BaseModel, head: str) -> str:
    lines = [f"## {head}", ""]
    content = model.model_dump(mode="json", exclude={"departments": {"__all__": {"is_register_keeper"}}})
    for name, field in type(model).model_fields.items():
        lines += [f"## {field.description}"] if field.description else []
        lines += [*(f"# {line}" for line in _key(name, content[name])), ""]
    return "\n".join(lines)


def _key(name: str, value: Any) -> list[str]:
    """Return a key with its value, the records of a list on a line each."""
    return [f"{name}:", *(f"  - {_flow(entry)}" for entry in value)] if isinstance(value, list) else [f"{name}: {_flow(value)}"]


def _flow(value: Any) -> str:
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, default_flow_style=True, width=1000)
    return text.removesuffix("...\n").rstrip("\n")


def _holidays(year: int) -> str:
    return _text(
        [
            f"国务院办公厅每年秋天公布下一年的放假安排，照通知写在这里，如 {year} 年。",
            "from、to 是通知上的起止日（含周末）；work 是调休上班的周六、周日。写了的年份整年按这里的，没有写的按默认。",
        ],
        [
            f"- year: {year}",
            "  document: 国办发明电〔    〕  号",
            "  holidays:",
            f"    - {{name: 元旦, from: {year}-01-01, to: {year}-01-01, work: []}}",
        ],
    )


def _parameter(found: parameter.PolicyParameter) -> str:
    value = found.values[-1]
    year = int(value.last_month[:4]) + 1
    return _text(
        [
            f"{found.description}。单位：{found.unit}。",
            "只写自己的取值：在写明的月份里按这里的，其余月份按默认。from、to 含首尾；to: open 是没有截止；",
            "value: null 是文件规定没有标准。每个取值都要写依据的文件和条款。加一行 replace_all: true，默认的取值就全部不用。",
        ],
        ["values:", f"  - {{from: {year}-01, to: {year}-12, value: {value.value}, document: 文号, article: 第几条}}"],
    )


def _contract(contract: extract.ExtractContract, year: int) -> str:
    column = next(one for one in contract.columns if one.type == "money")
    return _text(
        [
            f"《{contract.title}》的文件名、列名还会怎么写。",
            f"每个名册一个文件：{extract.FOLDER}/<部门代码>/<名册代码>.yml。",
            "file_aliases：文件还叫什么名字（不带扩展名和“__”以后的部分）。",
            "columns：name 是列的代码（见 docs/data_dictionary.md），aliases 是这一列还叫什么，",
            "changes 是从哪个报送月份起改叫什么。",
        ],
        [
            "file_aliases: [低保特困名册]",
            "columns:",
            f"  - name: {column.name}",
            "    aliases: [救助金]",
            f"    changes: [{{since: {year}-01, names: [月救助金]}}]",
        ],
    )


def _text(head: Sequence[str], content: Sequence[str]) -> str:
    return "\n".join([*(f"## {line}" for line in head), "", *(f"# {line}" for line in content), ""])
