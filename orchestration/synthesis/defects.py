"""What goes wrong in registers: slips in numbers and names, and facts that contradict each other.

Whose row has which slip depends on the seed, the register and the person alone, so that it stays for months, as in real
registers. Faults of the logic come and go: half of them stay, the others last about a quarter of a year.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from orchestration.contracts import ExtractContract
from orchestration.synthesis import names, registers
from orchestration.synthesis.chance import Array, uniform
from orchestration.synthesis.county import County
from orchestration.synthesis.tables import BLANK, NO_DAY, NO_MONTH, Table, join

# Share of rows with each slip in departments' registers; together with those that fit nobody 5 to 8 %.
DEPARTMENT_SLIPS = {
    "one_digit": 0.020, "transposition": 0.009, "fifteen_digits": 0.012, "certificate_number": 0.05, "lost_digits": 0.003,
    "number_of_head": 0.004, "homophone": 0.013, "other_name": 0.001, "blank_number": 0.001,
}  # fmt: skip
ROSTER_SLIPS = {
    "one_digit": 0.007, "transposition": 0.003, "fifteen_digits": 0.004, "certificate_number": 0.04, "lost_digits": 0.001,
    "homophone": 0.004, "other_name": 0.0005, "blank_number": 0.006,
}  # fmt: skip
# Ways of writing that are no slip: what is written is right.
FORMATS = {"lower_case_x": 0.25, "full_width": 0.004, "apostrophe": 0.006, "spaced_number": 0.004, "spaced_name": 0.006}

NAME_SLIPS = ("homophone", "other_name")
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
SOUNDS = {character: group.replace(character, "") for group in names.SAME_SOUND.split() for character in group}


@dataclass(frozen=True)
class Bearer:
    """Whom a row is about, as far as slips need it."""

    name: str
    number: str
    certificate: str
    number_of_head: str


def add_slips(county: County, table: Table, contract: ExtractContract) -> None:
    """Put slips into the documents and names of an extract, in place, and note their class in ``table.error``."""
    subject = contract.subject
    if subject is None or not len(table):
        return
    is_roster = contract.department == county.facts.departments[0].code
    document = contract.column(subject.documents[0])
    slips = dict(ROSTER_SLIPS if is_roster else DEPARTMENT_SLIPS)
    if document.required:
        slips["blank_number"] = 0.0003  # such a row is rejected
    _write_slips(county, table, contract, slips)
    _write_formats(county, table, subject.name, document.name, contract.extract)


def _write_slips(county: County, table: Table, contract: ExtractContract, slips: dict[str, float]) -> None:
    subject = contract.subject
    assert subject is not None  # noqa: S101  checked by the only caller
    document = subject.documents[0]
    draw = uniform(county.seed, f"slip {contract.extract}", table.person)
    where = uniform(county.seed, f"place {contract.extract}", table.person)
    limits = np.cumsum(list(slips.values()))
    kinds = np.searchsorted(limits, draw, side="right")
    for row in np.flatnonzero((draw < limits[-1]) & (table.person >= 0)).tolist():
        slip = list(slips)[kinds[row]]
        bearer = _bearer(
            county, int(table.person[row]), str(table.columns[subject.name][row]), str(table.columns[document][row])
        )
        column = subject.name if slip in NAME_SLIPS else document
        spoilt = SLIPS[slip](bearer, float(where[row]))
        if spoilt is not None and spoilt != table.columns[column][row]:
            table.columns[column][row] = spoilt
            table.error[row] = slip


def _bearer(county: County, person: int, name: str, number: str) -> Bearer:
    persons = county.people
    grade = int(persons.disability_grade[person])
    head = int(county.households.head[persons.household[person]])
    certificate = f"{number}{persons.disability_class[person]}{grade}" if grade and len(number) == 18 else ""
    return Bearer(name, number, certificate, persons.id_number[head])


def _one_digit(bearer: Bearer, where: float) -> str | None:
    place = 6 + int(where * 11)
    other = str((int(bearer.number[place]) + 1 + int(where * 1000) % 9) % 10)
    return bearer.number[:place] + other + bearer.number[place + 1 :]


def _transposition(bearer: Bearer, where: float) -> str | None:
    number = bearer.number
    places = [place for place in range(6, 16) if number[place] != number[place + 1]]
    place = places[int(where * len(places))]
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def _fifteen_digits(bearer: Bearer, where: float) -> str | None:
    return bearer.number[:6] + bearer.number[8:17] if bearer.number[6:8] == "19" else None


def _lost_digits(bearer: Bearer, where: float) -> str | None:
    return f"{int(bearer.number[:17] + '0'):.14E}" if bearer.number[:17].isdigit() else None


def _homophone(bearer: Bearer, where: float) -> str | None:
    places = [place for place, character in enumerate(bearer.name) if SOUNDS.get(character)]
    if not places:
        return None
    place = places[int(where * len(places))]
    others = SOUNDS[bearer.name[place]]
    return bearer.name[:place] + others[int(where * 1000) % len(others)] + bearer.name[place + 1 :]


def _other_name(bearer: Bearer, where: float) -> str | None:
    return bearer.name[0] + ("亚" if where < 0.5 else "阿") + bearer.name[-1]


SLIPS: dict[str, Callable[[Bearer, float], str | None]] = {
    "one_digit": _one_digit,
    "transposition": _transposition,
    "fifteen_digits": _fifteen_digits,
    "certificate_number": lambda bearer, where: bearer.certificate or None,
    "lost_digits": _lost_digits,
    "number_of_head": lambda bearer, where: bearer.number_of_head,
    "homophone": _homophone,
    "other_name": _other_name,
    "blank_number": lambda bearer, where: "",
}


def _write_formats(county: County, table: Table, name: str, document: str, extract: str) -> None:
    numbers, persons = table.columns[document], table.columns[name]
    for kind, share in FORMATS.items():
        column = persons if kind == "spaced_name" else numbers
        for row in np.flatnonzero(uniform(county.seed, f"{kind} {extract}", table.person) < share).tolist():
            written = _formatted(kind, column[row])
            if written != column[row]:
                column[row] = written
                table.error[row] = table.error[row] or f"format_{kind}"


def _formatted(kind: str, text: str) -> str:
    if kind == "lower_case_x":
        return text.lower() if text.endswith("X") else text
    if kind == "full_width":
        return text.translate(FULL_WIDTH)
    if kind == "apostrophe":
        return f"'{text}" if text else text
    if kind == "spaced_number":
        return f"{text[:6]} {text[6:14]} {text[14:]}" if len(text) == 18 else text
    return f"{text[0]}　{text[1]}" if len(text) == 2 else text.replace("·", "•")


# ---------------------------------------------------------------------------------------------------------------------
# Facts that contradict each other. Each fault is one function that spoils chosen rows of one extract.

Spoil = Callable[[Table, Array], None]


def _fill(column: str, value: object) -> Spoil:
    """Return a fault that writes one value."""

    def spoil(table: Table, rows: Array) -> None:
        table.columns[column][rows] = value

    return spoil


def _pick(column: str, *values: object) -> Spoil:
    """Return a fault that writes one of several values, the next one from row to row."""

    def spoil(table: Table, rows: Array) -> None:
        for place, row in enumerate(rows.tolist()):
            table.columns[column][row] = values[place % len(values)]

    return spoil


def _other_sex(table: Table, rows: Array) -> None:
    table.columns["sex"][rows] = np.where(table.columns["sex"][rows] == "男", "女", "男")


def _shift_days(column: str, days: int) -> Spoil:
    def spoil(table: Table, rows: Array) -> None:
        table.columns[column][rows] = table.columns[column][rows] + days

    return spoil


def _second_head(table: Table, rows: Array) -> None:
    spouses = rows[table.columns["relationship"][rows] == "配偶"]
    table.columns["relationship"][spouses] = "户主"


def _no_head(table: Table, rows: Array) -> None:
    heads = rows[table.columns["relationship"][rows] == "户主"]
    table.columns["relationship"][heads] = "之叔伯"


def _wrong_size(table: Table, rows: Array) -> None:
    table.columns["household_size"][rows] += 1


def _only_students(column: str, value: str) -> Spoil:
    def spoil(table: Table, rows: Array) -> None:
        students = rows[~np.isin(table.columns["student_status"][rows], ("", "学龄前儿童", "学前教育"))]
        table.columns[column][students] = value

    return spoil


def _no_schooling(table: Table, rows: Array) -> None:
    for column in ("education_level", "student_status", "out_of_school_reason"):
        table.columns[column][rows] = ""


def _two_healths(table: Table, rows: Array) -> None:
    table.columns["health_status"][rows] = "健康、长期慢性病"


def _other_separator(table: Table, rows: Array) -> None:
    for place, row in enumerate(rows.tolist()):
        table.columns["health_status"][row] = table.columns["health_status"][row].replace(",", "，、;"[place % 3])


def _months_without_place(table: Table, rows: Array) -> None:
    table.columns["work_months"][rows] = 14


def _category_against_type(table: Table, rows: Array) -> None:
    category = table.columns["monitoring_category"]
    swapped = {"脱贫不稳定户": "边缘易致贫户", "边缘易致贫户": "脱贫不稳定户"}
    for row in rows.tolist():
        category[row] = swapped.get(category[row], category[row])


def _quick_clearance(table: Table, rows: Array) -> None:
    cleared = rows[~np.isnat(table.columns["cleared_month"][rows])]
    table.columns["identified_month"][cleared] = table.columns["cleared_month"][cleared] - 2
    table.columns["clearance_method"][cleared] = "帮扶消除"


def _same_phone(table: Table, rows: Array) -> None:
    table.columns["phone"][rows] = "13800138000"


def _monitored(column: str, value: object) -> Spoil:
    def spoil(table: Table, rows: Array) -> None:
        table.columns[column][rows[table.columns["monitoring_category"][rows] != ""]] = value

    return spoil


def _repeat_row(changes: dict[str, object]) -> Spoil:
    """Return a fault that enters rows once more, with changes; "+" lengthens a number so that it is another one."""

    def spoil(table: Table, rows: Array) -> None:
        more = table.take(rows)
        for column, value in changes.items():
            if value == "+":
                more.columns[column] = more.columns[column] + "9"
            else:
                more.columns[column][:] = value
        _add_rows(table, more)

    return spoil


def _paid_twice(table: Table, rows: Array) -> None:
    more = table.take(rows)
    more.columns["paid_on"] = more.columns["paid_on"] - 1
    _add_rows(table, more)


def _add_rows(table: Table, more: Table) -> None:
    grown = join([table, more])
    table.columns, table.person, table.town, table.error = grown.columns, grown.person, grown.town, grown.error


def _other_household(table: Table, rows: Array) -> None:
    """Enter members a second time, in the household of the roster's first member."""
    more = table.take(rows)
    more.columns["person_id"] = more.columns["person_id"] + "8"
    more.columns["household_id"][:] = table.columns["household_id"][0]
    more.columns["relationship"][:] = "其他"
    _add_rows(table, more)


def _costs_off(table: Table, rows: Array) -> None:
    table.columns["basic_pay"][rows] += table.columns["total_cost"][rows] // 10 + 500


def _burden_above_cost(table: Table, rows: Array) -> None:
    table.columns["personal_pay"][rows] = np.abs(table.columns["total_cost"][rows]) + 1000


def _negative(table: Table, rows: Array) -> None:
    for column in ("total_cost", "in_scope_cost", "basic_pay", "personal_pay"):
        table.columns[column][rows] = -np.abs(table.columns[column][rows])


def _discharged_early(table: Table, rows: Array) -> None:
    table.columns["discharged_on"][rows] = table.columns["admitted_on"][rows] - 2


def _negative_wage(table: Table, rows: Array) -> None:
    table.columns["wage_income"][rows] = -12_300


def _large_part(table: Table, rows: Array) -> None:
    table.columns["pension_income"][rows] = np.maximum(table.columns["transfer_income"][rows], 0) + 50_000


def _expense_alone(table: Table, rows: Array) -> None:
    table.columns["business_income"][rows] = 0
    table.columns["business_expense"][rows] = 80_000


def _overlap(table: Table, rows: Array) -> None:
    """Enter running spells once more at another firm, begun earlier and still running."""
    running = rows[np.isnat(table.columns["ended_on"][rows])]
    more = table.take(running)
    more.columns["employer"][:] = "深圳恒丰电子有限公司"
    more.columns["started_on"] = more.columns["started_on"] - 45
    _add_rows(table, more)


def _blank_cells(*columns: str) -> Spoil:
    def spoil(table: Table, rows: Array) -> None:
        for place, row in enumerate(rows.tolist()):
            column = columns[place % len(columns)]
            values = table.columns[column]
            values[row] = {"O": "", "M": NO_MONTH if values.dtype == "datetime64[M]" else NO_DAY}.get(values.dtype.kind, BLANK)

    return spoil


def _other_grade(table: Table, rows: Array) -> None:
    for row in rows.tolist():
        grade = table.columns["disability_grade"][row]
        table.columns["disability_grade"][row] = "三级" if grade != "三级" else "二级"


# Other spellings of grades, as deliveries bring them.
def _spelt_grade(table: Table, rows: Array) -> None:
    spellings = {"一级": ("1", "一"), "二级": ("贰级", "2"), "三级": ("三", "3级"), "四级": ("肆级", "4")}
    for place, row in enumerate(rows.tolist()):
        grade = table.columns["disability_grade"][row]
        table.columns["disability_grade"][row] = spellings.get(grade, (grade,))[place % 2 if grade in spellings else 0]


def _expired(table: Table, rows: Array) -> None:
    valid = rows[table.columns["status"][rows] == "有效"]
    table.columns["valid_until"][valid] = np.datetime64("2021-12-31")


def _still_paid(table: Table, rows: Array) -> None:
    """Let those struck off because of death stay on the roll."""
    dead = rows[table.columns["stop_reason"][rows] == "死亡"]
    table.columns["status"][dead] = "在保"
    table.columns["payment_month"][dead] = np.max(table.columns["payment_month"]) if len(table) else NO_MONTH
    table.columns["stop_reason"][dead] = ""
    table.columns["stopped_on"][dead] = NO_DAY


def _still_member(table: Table, rows: Array) -> None:
    """Leave the dead among the members."""
    dead = rows[(table.columns["change_reason"][rows] == "死亡") & (table.columns["relationship"][rows] != "户主")]
    table.columns["member_status"][dead] = "正常"
    table.columns["change_reason"][dead] = ""
    table.columns["change_date"][dead] = NO_DAY


def _unreadable(column: str, text: str) -> Spoil:
    """Return a fault that writes a code outside its list."""
    return _fill(column, text)


# By extract: name of the fault, share of rows (of those that can have it, often fewer), and what it does. Names give the
# check of the catalogue that should find it, where there is one.
FAULTS: dict[str, tuple[tuple[str, float, Spoil], ...]] = {
    "rural_revitalization__household_roster": (
        ("A14", 0.004, _same_phone),
        ("B11", 0.006, _wrong_size),
        ("C01", 0.03, _category_against_type),
        ("C02", 0.03, _monitored("risk_1", "")),
        ("C03", 0.03, _monitored("identified_month", NO_MONTH)),
        ("C20", 0.05, _quick_clearance),
        ("J01", 0.004, _fill("is_dwelling_unsafe", BLANK)),
        ("J02", 0.003, _fill("is_dwelling_unsafe", 1)),
        ("J03", 0.004, _fill("is_water_safe", BLANK)),
        ("A13", 0.006, _pick("phone", "无", "1380013", "0751-2250000")),
    ),
    "rural_revitalization__member_roster": (
        ("A05", 0.004, _shift_days("birth_date", 9)),
        ("A06", 0.003, _other_sex),
        ("A12", 0.0008, _pick("name", "测试一", "李X", "陈")),
        ("A13", 0.004, _pick("phone", "1390000", "无", "电话")),
        ("B01", 0.003, _no_head),
        ("B02", 0.004, _second_head),
        ("B03", 0.0006, _fill("relationship", "配偶")),
        ("B05", 0.002, _pick("relationship", "", "继子")),
        ("B14", 0.0004, _fill("household_id", "3999999000000")),
        ("D02", 0.003, _only_students("education_level", "小学")),
        ("D03", 0.003, _no_schooling),
        ("D05", 0.002, _only_students("student_status", "小学")),
        ("D08", 0.001, _only_students("student_status", "本科一年级")),
        ("D12", 0.002, _only_students("labour_skill", "普通劳动力")),
        ("E01", 0.004, _fill("health_status", "")),
        ("E02", 0.002, _two_healths),
        ("E03", 0.004, _fill("health_status", "残疾")),
        ("health separators", 0.4, _other_separator),
        ("F01", 0.003, _fill("labour_skill", "")),
        ("F04", 0.002, _fill("labour_skill", "无劳动力")),
        ("F02", 0.002, _fill("labour_skill", "普通劳动力")),
        ("F10", 0.002, _fill("work_place", "广东省广州市")),
        ("F11", 0.001, _months_without_place),
        ("F21", 0.001, _fill("public_post", "保洁员")),
        ("G01", 0.003, _fill("dibao", "农村低保")),
        ("G02", 0.001, _fill("tekun", "农村特困")),
        ("G07", 0.002, _fill("has_employee_medical_insurance", 1)),
        ("G09", 0.004, _fill("has_resident_medical_insurance", 0)),
        ("G17", 0.12, _still_member),
        ("B15", 0.02, _blank_cells("change_reason", "change_date")),
        ("A09", 0.0006, _repeat_row({"person_id": "+"})),
        ("A10", 0.0006, _other_household),
    ),
    "rural_revitalization__income_expense": (
        ("I02", 0.001, _negative_wage),
        ("I03", 0.002, _large_part),
        ("I10", 0.001, _fill("wage_income", 5_000)),
        ("I15", 0.002, _expense_alone),
        ("I16", 0.003, _fill("dibao_income", 90_000)),
    ),
    "civil_affairs__assistance_roll": (
        ("G16", 0.25, _still_paid),
        ("K05", 0.004, _unreadable("town", "丰城镇")),
        ("blank cells", 0.003, _blank_cells("payment_month", "started_on")),
    ),
    "education__enrolment": (
        ("D17", 0.004, _pick("status", "疑似辍学", "退学")),
        ("blank cells", 0.01, _blank_cells("student_number", "grade", "annual_fees")),
    ),
    "education__student_aid": (("D20", 0.004, _paid_twice),),
    "medical_insurance__enrolment": (
        ("G08", 0.004, _fill("status", "未缴费")),
        ("G07", 0.002, _repeat_row({"scheme": "城镇职工", "status": "正常"})),
        ("G13", 0.004, _blank_cells("personal_payment", "subsidised_amount")),
    ),
    "medical_insurance__settlement": (
        ("H01", 0.004, _costs_off),
        ("H03", 0.001, _burden_above_cost),
        ("H04", 0.001, _negative),
        ("H06", 0.002, _repeat_row({"settlement_id": "+"})),
        ("H07", 0.002, _discharged_early),
    ),
    "disabled_federation__certificate": (
        ("E05", 0.008, _other_grade),
        ("E08", 0.01, _expired),
        ("spelt grade", 0.15, _spelt_grade),
    ),
    "human_resources__employment": (
        ("F12", 0.006, _overlap),
        ("F16", 0.012, _blank_cells("employer", "industry", "channel", "monthly_wage")),
        ("F17", 0.003, _pick("monthly_wage", 5_000, 4_500_000)),
        ("F08", 0.001, _shift_days("started_on", -9000)),
    ),
    "human_resources__public_post": (("F23", 0.02, _repeat_row({"post": "宣传员"})),),
    "human_resources__pension": (("G11", 0.003, _fill("status", "领取")),),
    "finance__microcredit": (("G21", 0.02, _pick("principal", 8_000_000, 10_000_000)),),
    "housing__dwelling_safety": (("J02", 0.003, _fill("dwelling_grade", "C")),),
    "water__drinking_water": (("J05", 0.004, _fill("is_safe", 0)),),
}


def chosen(county: County, label: str, keys: Array, share: float) -> Array:
    """Return rows that have a fault: half of them always the same, the others changing about every three months."""
    season = int((county.month - county.first).astype(int)) // 3
    lasting = uniform(county.seed, f"fault {label}", keys) < share / 2
    passing = uniform(county.seed, f"fault {label} {season}", keys) < share / 2
    return np.flatnonzero(lasting | passing)


def fault_keys(table: Table) -> Array:
    """Return a number per row that is the same month after month: the person, else the household."""
    if "household_id" not in table.columns or (table.person >= 0).any():
        return table.person
    return np.array([zlib.crc32(household.encode()) for household in table.columns["household_id"].tolist()], dtype=np.int64)


def add_faults(county: County, table: Table, extract: str) -> None:
    """Put faults of the logic into an extract, in place. Households held at a line keep their incomes and members."""
    for label, share, spoil in FAULTS.get(extract, ()):
        if not len(table):
            return
        keys, candidates = fault_keys(table), np.arange(len(table))
        if extract.startswith("rural_revitalization"):
            candidates = candidates[~_is_held(county, table, candidates)]
        rows = np.intersect1d(chosen(county, f"{extract} {label}", keys, share), candidates)
        if not rows.size and candidates.size:
            # a small county has every kind of fault too, or nobody would see what a rule finds
            rows = candidates[[np.argmin(uniform(county.seed, f"fault {extract} {label}", keys[candidates]))]]
        spoil(table, rows)


def _is_held(county: County, table: Table, rows: Array) -> Array:
    held = np.flatnonzero(county.households.pin >= 0)
    return np.isin(table.columns["household_id"][rows].astype(str), registers.household_ids(county, held).astype(str))
