"""What faults do: each function spoils chosen rows of one extract, so that facts contradict each other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from orchestration.synthesis import names
from orchestration.synthesis.chance import Array
from orchestration.synthesis.columns import household_ids
from orchestration.synthesis.fault_rows import Sheet, at_work_lately, has_no, heads
from orchestration.synthesis.tables import BLANK, NO_DAY, NO_MONTH

Spoil = Callable[[Sheet, Array], None]

# ---------------------------------------------------------------------------------------------------------------------
# Of any extract


def fill(**values: object) -> Spoil:
    """Write a value into each of these columns."""

    def spoil(sheet: Sheet, rows: Array) -> None:
        for column, value in values.items():
            sheet.columns[column][rows] = value

    return spoil


def pick(column: str, *values: object) -> Spoil:
    """Write one of several values, the next one from row to row."""

    def spoil(sheet: Sheet, rows: Array) -> None:
        for place, row in enumerate(rows.tolist()):
            sheet.columns[column][row] = values[place % len(values)]

    return spoil


def blank(*columns: str) -> Spoil:
    """Leave one of several columns blank, the next one from row to row."""

    def spoil(sheet: Sheet, rows: Array) -> None:
        for place, row in enumerate(rows.tolist()):
            values = sheet.columns[columns[place % len(columns)]]
            values[row] = blank_of(values)

    return spoil


def blank_of(values: Array) -> object:
    """Return what stands for a blank cell in a column."""
    return {"O": "", "M": NO_MONTH if values.dtype == "datetime64[M]" else NO_DAY}.get(values.dtype.kind, BLANK)


def shift_days(column: str, days: int) -> Spoil:
    """Move a date."""

    def spoil(sheet: Sheet, rows: Array) -> None:
        sheet.columns[column][rows] = sheet.columns[column][rows] + days

    return spoil


def multiply(column: str, factor: int) -> Spoil:
    """Write an amount too large by a factor: one digit too many, a year's amount in one month."""

    def spoil(sheet: Sheet, rows: Array) -> None:
        sheet.columns[column][rows] *= factor

    return spoil


def divide(divisor: int, *columns: str) -> Spoil:
    """Write amounts too small by a factor, as where a digit got lost all over a line; blanks stay blank."""

    def spoil(sheet: Sheet, rows: Array) -> None:
        for column in columns:
            amounts = sheet.columns[column][rows]
            sheet.columns[column][rows] = np.where(amounts == BLANK, BLANK, amounts // divisor)

    return spoil


def repeat(**changes: object) -> Spoil:
    """Enter rows once more, with changes; "+" lengthens a number so that it is another one."""

    def spoil(sheet: Sheet, rows: Array) -> None:
        more = sheet.table.take(rows)
        for column, value in changes.items():
            if value == "+":
                more.columns[column] = more.columns[column] + "9"
            else:
                more.columns[column][:] = value
        sheet.add(more)

    return spoil


def drop(sheet: Sheet, rows: Array) -> None:
    """Leave rows out."""
    sheet.drop(rows)


# ---------------------------------------------------------------------------------------------------------------------
# Households of the roster


def misnamed_town(sheet: Sheet, rows: Array) -> None:
    """Write the town by a name that it does not have."""
    sheet.columns["town"][rows] = names.misnamed_town()


def neighbours_phone(sheet: Sheet, rows: Array) -> None:
    """Write the number of the household on the next line."""
    phones = sheet.columns["phone"]
    phones[rows] = phones[(rows + 1) % len(phones)]


def one_more_than_counted(sheet: Sheet, rows: Array) -> None:
    """Count one person too many."""
    sheet.columns["household_size"][rows] += 1


def category_against_type(sheet: Sheet, rows: Array) -> None:
    """Write the category that goes with the other type of household."""
    category = sheet.columns["monitoring_category"]
    swapped = {"脱贫不稳定户": "边缘易致贫户", "边缘易致贫户": "脱贫不稳定户"}
    for row in rows.tolist():
        category[row] = swapped[category[row]]


def quick_clearance(sheet: Sheet, rows: Array) -> None:
    """Clear a risk two months after it was identified."""
    sheet.columns["identified_month"][rows] = sheet.columns["cleared_month"][rows] - 2
    sheet.columns["clearance_method"][rows] = "帮扶消除"


def identified_after_clearance(sheet: Sheet, rows: Array) -> None:
    """Leave a risk identified after it was cleared, or at no time."""
    identified, cleared = sheet.columns["identified_month"], sheet.columns["cleared_month"]
    for place, row in enumerate(rows.tolist()):
        identified[row] = NO_MONTH if place % 2 else cleared[row] + 2


def under_monitoring(risk: str, months: int = 0, is_cleared: bool = False, **values: object) -> Spoil:
    """Enter households as monitored for a risk, identified so many months before the year of deliveries began.

    Args:
        risk: the only risk.
        months: how long before.
        is_cleared: the risk was cleared with help when the year began.
        values: what else is entered.
    """

    def spoil(sheet: Sheet, rows: Array) -> None:
        month, beginning = sheet.county.month, sheet.county.first - 1
        year = month - (month - beginning).astype(int) % 12
        fill(
            monitoring_category="突发严重困难户",
            identified_month=year - months,
            risk_1=risk,
            risk_cleared=int(is_cleared),
            cleared_month=year if is_cleared else NO_MONTH,
            clearance_method="帮扶消除" if is_cleared else "",
            **values,
        )(sheet, rows)

    return spoil


def cleared_last_month(sheet: Sheet, rows: Array) -> None:
    """Clear the risk of a household whose income is still below the line."""
    sheet.columns["risk_cleared"][rows] = 1
    sheet.columns["cleared_month"][rows] = sheet.county.month
    sheet.columns["clearance_method"][rows] = "自然消除"


# ---------------------------------------------------------------------------------------------------------------------
# Members of the roster


def number(slip: str, rewrite: Callable[[str], str]) -> Spoil:
    """Write a document number that is none, and note the slip as those of ``defects`` are noted."""

    def spoil(sheet: Sheet, rows: Array) -> None:
        for row in rows.tolist():
            sheet.columns["id_number"][row] = rewrite(sheet.columns["id_number"][row])
            sheet.table.error[row] = slip

    return spoil


def other_sex(sheet: Sheet, rows: Array) -> None:
    """Write the other sex."""
    sheet.columns["sex"][rows] = np.where(sheet.columns["sex"][rows] == "男", "女", "男")


def as_relation(man: str, woman: str) -> Spoil:
    """Write a relationship to the head that fits the sex and not the age."""

    def spoil(sheet: Sheet, rows: Array) -> None:
        sheet.columns["relationship"][rows] = np.where(sheet.columns["sex"][rows] == "男", man, woman)

    return spoil


def child_as_head(sheet: Sheet, rows: Array) -> None:
    """Make a child the head in place of the grown-up who is."""
    ids, relationship = sheet.columns["household_id"], sheet.columns["relationship"]
    former = np.isin(ids.astype(str), ids[rows].astype(str)) & heads(sheet)
    relationship[former] = "其他"
    relationship[rows] = "户主"


def nobody_can_work(sheet: Sheet, rows: Array) -> None:
    """Register every member of these households as unable to work."""
    ids = sheet.columns["household_id"].astype(str)
    sheet.columns["labour_skill"][np.isin(ids, ids[rows])] = "无劳动力"


def in_another_household(sheet: Sheet, rows: Array) -> None:
    """Enter members a second time, in the first household of the roster that is held at no line."""
    hosts = np.flatnonzero(~sheet.is_held)
    more = sheet.table.take(rows)
    more.columns["person_id"] = more.columns["person_id"] + "8"
    more.columns["household_id"][:] = sheet.columns["household_id"][hosts[0]]
    more.columns["relationship"][:] = "其他"
    sheet.add(more)


def other_separator(sheet: Sheet, rows: Array) -> None:
    """Write the comma between two words of health in another way; what is written is right."""
    for place, row in enumerate(rows.tolist()):
        sheet.columns["health_status"][row] = sheet.columns["health_status"][row].replace(",", "，、;"[place % 3])


def still_member(sheet: Sheet, rows: Array) -> None:
    """Leave the dead among the members."""
    fill(member_status="正常", change_reason="", change_date=NO_DAY)(sheet, rows)


# ---------------------------------------------------------------------------------------------------------------------
# Incomes

COMPONENTS = ("wage_income", "business_income", "business_expense", "property_income", "transfer_income")
TRANSFERS = ("dibao_income", "tekun_income", "pension_income", "other_transfer_income")
SUB_ITEMS = ("public_post_wage", "asset_dividend", "land_rent", *TRANSFERS)


def same_every_month(sheet: Sheet, rows: Array) -> None:
    """Write the amounts that always stand there."""
    for column, amount in zip(COMPONENTS, (650_000, 80_000, 20_000, 0, 15_000), strict=True):
        sheet.columns[column][rows] = amount
    for column in SUB_ITEMS:
        sheet.columns[column][rows] = 0


def large_part(sheet: Sheet, rows: Array) -> None:
    """Let a part of the transfers exceed them."""
    sheet.columns["pension_income"][rows] = np.maximum(sheet.columns["transfer_income"][rows], 0) + 50_000


# ---------------------------------------------------------------------------------------------------------------------
# Departments


def work_for_nobody(sheet: Sheet, rows: Array) -> None:
    """Enter help with finding work for a household in which nobody has worked for a year."""
    county = sheet.county
    idle = np.flatnonzero(county.households.is_on_roster & has_no(at_work_lately)(county))
    if not idle.size:
        return
    more = sheet.table.take(rows)
    more.columns["household_id"][:] = household_ids(county, idle[:1])[0]
    more.columns["measure_type"][:] = "就业帮扶"
    more.columns["measure_name"][:] = "推荐就业岗位"
    more.columns["id_number"][:] = ""
    sheet.add(more)


def still_paid(sheet: Sheet, rows: Array) -> None:
    """Let those struck off because of death stay on the roll."""
    latest = np.max(sheet.columns["payment_month"])
    fill(status="在保", payment_month=latest, stop_reason="", stopped_on=NO_DAY)(sheet, rows)


def paid_twice(sheet: Sheet, rows: Array) -> None:
    """Pay an aid again, the day before."""
    more = sheet.table.take(rows)
    more.columns["paid_on"] = more.columns["paid_on"] - 1
    sheet.add(more)


def costs_off(sheet: Sheet, rows: Array) -> None:
    """Let the parts of a bill exceed it."""
    sheet.columns["basic_pay"][rows] += sheet.columns["total_cost"][rows] // 10 + 500


def burden_above_cost(sheet: Sheet, rows: Array) -> None:
    """Let somebody pay more than the bill."""
    sheet.columns["personal_pay"][rows] = np.abs(sheet.columns["total_cost"][rows]) + 1000


def negative_bill(sheet: Sheet, rows: Array) -> None:
    """Refund what was never paid."""
    for column in ("total_cost", "in_scope_cost", "basic_pay", "personal_pay"):
        sheet.columns[column][rows] = -np.abs(sheet.columns[column][rows])


def discharged_early(sheet: Sheet, rows: Array) -> None:
    """Discharge somebody before admission."""
    sheet.columns["discharged_on"][rows] = sheet.columns["admitted_on"][rows] - 2


def other_grade(sheet: Sheet, rows: Array) -> None:
    """Write another grade than the certificate's number says."""
    grade = sheet.columns["disability_grade"]
    grade[rows] = np.where(grade[rows] == "三级", "二级", "三级")


def spelt_grade(sheet: Sheet, rows: Array) -> None:
    """Write a grade in another way, as deliveries bring them; what is written is right."""
    spellings = {"一级": ("1", "一"), "二级": ("贰级", "2"), "三级": ("三", "3级"), "四级": ("肆级", "4")}
    for place, row in enumerate(rows.tolist()):
        grade = sheet.columns["disability_grade"][row]
        sheet.columns["disability_grade"][row] = spellings.get(grade, (grade,))[place % 2 if grade in spellings else 0]


def second_spell(sheet: Sheet, rows: Array) -> None:
    """Enter running spells once more at another firm, begun earlier and still running."""
    more = sheet.table.take(rows)
    more.columns["employer"][:] = "深圳恒丰电子有限公司"
    more.columns["started_on"] = more.columns["started_on"] - 45
    sheet.add(more)


def said_to_be_mended(sheet: Sheet, rows: Array) -> None:
    """Answer that a household below the line has been put right (check C25), while the next run finds it there again."""
    more = sheet.table.take(rows)
    codes = [code.replace("warning_list/", "C25/") for code in more.columns["item_code"].tolist()]
    more.columns["item_code"][:] = codes
    more.columns["result"][:] = "已整改"
    sheet.add(more)
