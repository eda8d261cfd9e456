"""Names that are written wrongly, with other characters, or in another way.

What belongs here: what becomes of one name. What does not: how often, and in whose row (``identity_errors``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from orchestration.foundation.paths import CONFIG
from orchestration.synthesis import defects, names

VARIANTS = (
    "邱丘 萧肖蕭 付傅 陈陳 罗羅 张張 黄黃 刘劉 谢謝 赖賴 吴吳 郑鄭 邓鄧 温溫 钟鍾 叶葉 杨楊 冯馮 严嚴 练練 国國囯 "
    "华華 强強 伟偉 丽麗 兰蘭 凤鳳 东東 军軍 辉輝煇 锋鋒 莲蓮 玉钰 建健 志誌 荣榮 贵貴 财財 兴興 银銀 来來 发發 宝寶 "
    "进進 运運 业業 继繼 锦錦 振震 杰傑 海𣴴 涛濤 轩軒 泽澤 语語 诗詩 欢歡 龙龍 云雲 红紅 艳艷 敏勄 莹瑩 清淸 秀琇 "
    "丰豐 胜勝 阳陽"
)
LOOK_ALIKES = (
    "宇字 未末 己已 士土 晴睛 人入 日曰 天夫 大太 木本 金全 水永 云去 文又 生主 秀季 明朋 林休 伟纬 佳住 梓桴 紫柴 "
    "涛祷 轩杆 琪淇 瑶摇 欣欤 思恩 香杳 来采 发友 花芲 芳苦 勇男 志忘 海悔 俊峻 少小 贵责 福褔 财材 泉皋 寿春 胜脏 "
    "旺枉 亚业 阿何 家冢 荣宋 运远 新亲 桂挂 惠慧 淑叔 雪雷 美羔 婷停 敏每 嘉喜 江汪 玲冷 君群 莹萤 娟捐 琳淋 姗珊 "
    "陈阵 李季 罗岁 潘番 张帐 刘浏 赖懒 吴昊 邓郑 何向 梁粱 王玉 辉挥 锋烽 强张 平乎 民氏 军年 良艮 国围 建律 丽两 "
    "兰三 英莫 珍诊 芬芳 霞露 梅海 子孑 浩洁 晨震 睿容 豪毫 杰木 铭名 辰展 乐东"
)
LETTERS = ("?", "？", "□", "\ue5d2", "〇")
TRAILING = ("（户主）", "(低保)", "1", "*", "（已故）", "(重名)", "-残", "（小）")


def _alternatives(groups: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for group in groups.split():
        for character in group:
            found[character] = found.get(character, "") + group.replace(character, "")
    return found


OTHERS = {
    "variant_character": _alternatives(VARIANTS),
    "homophone": defects.SOUNDS,
    "look_alike": _alternatives(LOOK_ALIKES),
}


@cache
def _sounds() -> dict[str, str]:
    """Return the first reading of each character."""
    lines = (CONFIG / "character_sounds.csv").read_text(encoding="utf-8").splitlines()[1:]
    return {line.split(",")[0]: line.split(",")[1].split()[0] for line in lines}


def spoilt_name(name: str, kind: str, how: float) -> tuple[str, str | None]:
    """Return the class that became of a kind of error, and the spoilt name; another kind where this name cannot have it."""
    for other in (kind, "homophone", "look_alike", "variant_character", "trailing_text"):
        spoilt = _swapped(name, OTHERS[other], how) if other in OTHERS else NAMES[other](name, how)
        if spoilt and spoilt != name:
            return other, spoilt
    return kind, None


def _swapped(name: str, others: dict[str, str], how: float) -> str | None:
    places = [place for place, character in enumerate(name) if others.get(character)]
    if not places:
        return None
    place = places[int(how * len(places))]
    options = others[name[place]]
    return name[:place] + options[int(how * 9973) % len(options)] + name[place + 1 :]


def _placeholder_character(name: str, how: float) -> str:
    place = len(name) - 1 if how < 0.6 or len(name) < 3 else 1
    letters = _sounds().get(name[place], "?") if how * 9973 % 1 < 0.25 else LETTERS[int(how * 9973) % len(LETTERS)]
    return name[:place] + letters + name[place + 1 :]


def _former_name(name: str, how: float) -> str:
    surname = names.surname_of(name)
    return surname + ("亚" if how < 0.5 else "阿") + name[-1]


def _changed_name(name: str, how: float) -> str:
    _, men, women = names.GIVEN_NAMES[int(how * len(names.GIVEN_NAMES))]
    first, second = men if how * 31 % 1 < 0.5 else women
    return names.surname_of(name) + first[int(how * 9973) % len(first)] + second[int(how * 7919) % len(second)]


NAMES: dict[str, Callable[[str, float], str | None]] = {
    "placeholder_character": _placeholder_character,
    "former_name": _former_name,
    "changed_name": _changed_name,
    "trailing_text": lambda name, how: name + TRAILING[int(how * len(TRAILING))],
}


def spaced(name: str) -> str:
    """Return a name with blanks between its characters, or with another separator where it has one."""
    if "·" in name:
        return name.replace("·", "•")
    return f"{name[0]}　{name[1]}" if len(name) == 2 else " ".join(name)
