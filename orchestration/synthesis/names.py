"""Names of people, places and employers that make up an invented county: plain lists, and names drawn from them."""

from __future__ import annotations

import re

import numpy as np

from orchestration.contracts import load_county
from orchestration.synthesis.chance import Array, choose

# Frequency, and the surnames that have it.
SURNAME_GROUPS = (
    (10, ("陈", "李")),
    (6, ("罗", "潘", "张", "黄")),
    (4, ("刘", "谢", "林", "曾", "朱", "赖", "吴")),
    (3, ("郑", "邓", "温", "钟", "江", "廖", "何", "梁", "王")),
    (2, ("邱", "冯", "叶", "杨")),
    (1, ("丘", "萧", "肖", "徐", "余", "付", "傅", "欧阳", "练", "巫", "严", "阮")),
)
SURNAMES = {surname: frequency for frequency, group in SURNAME_GROUPS for surname in group}

# Per generation (born before the year) and sex: first and second characters of a given name.
GIVEN_NAMES: tuple[tuple[int, tuple[str, str], tuple[str, str]], ...] = (
    (
        1955,
        ("金火水木石观土亚日阿天福贵", "生养福养胜旺财来有发泉寿才"),
        ("亚春秋金银玉桂招来月莲菊", "妹娣英莲花招金秀群珍兰香"),
    ),
    (1975, ("国建志永新伟运家德荣继文", "民华强平光明军辉雄良忠富"), ("丽秀玉惠燕桂淑凤瑞雪美碧", "英芳珍兰娟萍琴云霞梅清芬")),
    (1995, ("志伟文俊少海勇小国建锦振", "辉斌锋明威强华鹏杰雄林波"), ("小晓丽海燕婷秋春艳嘉敏雪", "玲敏芳燕婷红霞君莹娟琳珊")),
    (2100, ("子宇俊浩梓家锦泽嘉晨天睿", "轩涛豪杰浩宇铭辰熙霖航乐"), ("诗梓欣雨嘉思可佳语子紫若", "涵琪妍怡萱彤欣婷晴瑶悦琳")),
)

# Groups of characters of one sound that clerks take for each other.
SAME_SOUND = (
    "伟玮 英瑛 萍平 丽莉 华桦 明铭 志智 梅玫 红宏洪 芳方 玉钰 军君 建健 婷亭 欣馨鑫 宇雨羽 涛韬 杰洁 静靖 佳嘉家 辉晖 林霖琳 "
    "子梓紫 晨辰 浩皓 琪祺 怡仪 珍贞 兰蓝 强墙 国帼 春椿 秀绣 燕艳 敏闵 文纹 锦紧 永勇 清青 生胜 福富 金今 新心 娟涓 "
    "邱丘 萧肖 付傅 余于 练炼 严颜 张章 何和 叶业 江姜 谢榭 朱珠 梁良 赖籁"
)

VILLAGE_FIRST = "石龙大上下新白高长梨松竹樟枫秀茶鹿鹤金银"
VILLAGE_SECOND = "坪坑围田岭洞湖塘角背径溪岗陂坳潭"
_SIDES = ("东", "西", "南", "北", "前", "后", "内", "外")

OTHER_COUNTIES = (440229, 440184, 441821, 441324, 441623, 441881, 440224, 431025, 360728, 450422)
# Counties that were renumbered: the code before, and until which year of birth numbers begin with it.
RENUMBERED = {440233: (440123, 1988)}

VISITORS = ("村级网格员", "驻村队员", "包村干部", "村委委员")
FINDINGS = ("", "", "", "暂无异常", "收入略有下降", "家人住院", "房屋漏雨", "外出务工未返", "种养正常")
SITUATIONS = ("主要劳动力突发重病", "房屋受灾需要修缮", "务工中断没有收入", "子女就学支出大", "家庭成员意外受伤")

# Of the people at work, the share at home.
_AT_HOME = 26
# Province, city, county, and the share of the people at work there.
_WORK_PLACES_AWAY = (
    ("广东省", "韶关市", "翁源县", 4),
    ("广东省", "韶关市", "浈江区", 6),
    ("广东省", "广州市", "从化区", 12),
    ("广东省", "广州市", "白云区", 12),
    ("广东省", "深圳市", "宝安区", 9),
    ("广东省", "佛山市", "南海区", 9),
    ("广东省", "惠州市", "龙门县", 4),
    ("广东省", "东莞市", "长安镇", 8),
    ("福建省", "厦门市", "集美区", 3),
    ("湖南省", "郴州市", "宜章县", 2),
    ("江西省", "赣州市", "龙南市", 2),
)
INDUSTRIES = (
    ("制造业", ("电子", "五金", "制衣", "玩具"), ("装配工", "车工", "质检员", "包装工")),
    ("建筑业", ("建筑劳务", "装饰工程"), ("泥水工", "钢筋工", "杂工")),
    ("批发和零售业", ("商贸", "百货"), ("导购员", "收银员", "理货员")),
    ("住宿和餐饮业", ("餐饮管理", "酒店"), ("服务员", "厨工", "传菜员")),
    ("农、林、牧、渔业", ("生态农业", "果蔬种植"), ("采收工", "除草工", "养殖工")),
    ("居民服务业", ("家政服务", "物业管理"), ("保洁员", "护工", "保安")),
)
FIRM_NAMES = ("恒丰", "瑞盈", "广源", "同盛", "嘉禾", "永泰", "信达", "宏昌", "锦程", "百顺")
POSTS = ("保洁员", "护林员", "护河员", "公路养护员", "护老员")
POST_KEEPERS = ("镇政府", "林业站", "水利所", "公路站", "村委会")
SCHOOLS = ("中心小学", "第二小学", "初级中学", "第一中学", "中等职业学校")
COLLEGES = ("岭南职业技术学院", "北江师范学院", "南粤理工学院", "珠江农业大学")
HOSPITALS = ("县人民医院", "县中医院", "县妇幼保健院", "镇卫生院", "市第一人民医院", "省第二医院")
DIAGNOSES = (
    "高血压",
    "2型糖尿病",
    "支气管炎",
    "腰椎间盘突出",
    "骨折",
    "胃炎",
    "脑梗死",
    "恶性肿瘤",
    "慢性肾病",
    "上呼吸道感染",
)
PRODUCTS = ("蜂蜜", "樱桃", "番薯", "大米", "土鸡", "花生油", "砂糖橘", "香菇")
BUYERS = ("县机关工会", "县人民医院食堂", "县第一中学食堂", "帮扶单位工会", "城区超市")
ENTITIES = (
    ("云天海农业公司", "龙头企业"),
    ("鲁古河合作社", "合作社"),
    ("兴农家庭农场", "家庭农场"),
    ("强镇富村公司", "强镇富村公司"),
    ("手工车间", "乡村振兴车间"),
)
ASSETS = ("光伏电站", "冷库", "厂房出租", "茶园基地", "水电站入股")
BANKS = ("农村商业银行", "农业银行", "邮政储蓄银行")
TRAININGS = ("粤菜师傅培训", "南粤家政培训", "电工培训", "种植技术培训")


def area_codes() -> tuple[int, int, int]:
    """Return the county's code, the one before and until which year of birth that one holds."""
    code = int(load_county().code)
    return (code, *RENUMBERED.get(code, (code, 0)))


def work_places() -> tuple[tuple[str, str, str, int], ...]:
    """Return province, city and county of every place of work, the county itself first, and the share of people there."""
    county = load_county()
    return ((_province(county.province), f"{county.city}市", county.name, _AT_HOME), *_WORK_PLACES_AWAY)


def _province(name: str) -> str:
    regions = {"内蒙古": "自治区", "西藏": "自治区", "广西": "壮族自治区", "宁夏": "回族自治区", "新疆": "维吾尔自治区"}
    return name + ("市" if name in ("北京", "天津", "上海", "重庆") else regions.get(name, "省"))


def misnamed_town() -> str:
    """Return how a clerk calls the first town: by a name that no town of the county has."""
    towns = load_county().towns
    short = re.sub("(街道|镇|乡)$", "", towns[0].name)
    known = {spelling for town in towns for spelling in (town.name, *town.aliases)}
    return next(name for name in (f"{short}镇", f"{short}乡", f"{short}公社", f"{short}办事处") if name not in known)


def given_names(rng: np.random.Generator, birth_years: Array, sexes: Array, siblings: Array) -> Array:
    """Return given names in the fashion of each birth year; many with the same number in ``siblings`` share a character."""
    names = np.full(len(birth_years), "", dtype=object)
    since = 0
    for until, *by_sex in GIVEN_NAMES:
        for sex, (first, second) in enumerate(by_sex):
            rows = np.flatnonzero((birth_years >= since) & (birth_years < until) & (sexes == sex))
            own = rng.integers(0, len(first), len(rows))
            shared = np.where(siblings[rows] % 10 < 3, siblings[rows] % len(first), own)
            second_character = choose(rng, list(second), len(rows))
            first_character = np.array(list(first), dtype=object)[shared]
            names[rows] = np.where(rng.random(len(rows)) < 0.14, second_character, first_character + second_character)
        since = until
    return names


def surnames(rng: np.random.Generator, size: int) -> Array:
    """Return surnames as they are spread over the county."""
    return choose(rng, list(SURNAMES), size, list(SURNAMES.values()))


def surname_of(name: str) -> str:
    """Return the surname of a full name."""
    return name[:2] if name[:2] in SURNAMES else name[:1]


def village_names(rng: np.random.Generator, count: int) -> list[str]:
    """Return different names of villages."""
    pairs = [first + second + "村" for first in VILLAGE_FIRST for second in VILLAGE_SECOND]
    # of a county with more villages than that, the others are told apart by where they lie
    pairs += [side + pair for side in _SIDES[: -(-max(0, count - len(pairs)) // len(pairs))] for pair in pairs]
    drawn = rng.permutation(len(pairs))[:count]
    return [pairs[number] for number in drawn]


def phones(rng: np.random.Generator, size: int) -> Array:
    """Return mobile numbers."""
    numbers = rng.integers(0, 10_000_000, size).tolist()
    prefixes = choose(rng, ["1380", "1350", "1590", "1880", "1990"], size).tolist()
    return np.array([f"{prefix}{number:07d}" for prefix, number in zip(prefixes, numbers, strict=True)], dtype=object)
