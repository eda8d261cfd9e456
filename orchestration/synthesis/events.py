"""Flows: what happened in the month just lived, extract by extract, true and in good order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from orchestration.synthesis import names, people, work
from orchestration.synthesis.chance import Array, choose, uniform
from orchestration.synthesis.columns import codes, household_ids, listed, person_columns, table_of, town_names, village_names
from orchestration.synthesis.county import County, busy, first_day, last_day
from orchestration.synthesis.people import NO_ASSISTANCE, age_on
from orchestration.synthesis.registers import certificate_numbers, school_stage
from orchestration.synthesis.tables import BLANK, NO_DAY, NO_MONTH, Table, join, repeated, texts


def _days(county: County, rng: np.random.Generator, size: int) -> Array:
    """Return days of the month just lived."""
    return first_day(county.month) + rng.integers(0, 28, size)


def _calendar(county: County) -> int:
    return int(county.month.astype(int)) % 12 + 1


def _households_table(county: County, rows: Array, columns: dict[str, Array]) -> Table:
    """Return a table about households, which nobody's document leads to."""
    return Table({"household_id": household_ids(county, rows), **columns}, np.full(len(rows), -1), county.households.town[rows])


def income_expense(county: County) -> Table:
    """Incomes as villages enter them."""
    income, entered = county.incomes[-1], county.entered[-1]
    rng = county.rng("income rows")
    homes = county.households
    rows = np.flatnonzero(homes.is_on_roster & entered & (county.headcount > 0))
    late = rng.random(len(rows)) < 0.012
    on = first_day(county.month + 1) + np.where(late, rng.integers(20, 26, len(rows)), rng.integers(0, 20, len(rows)))
    keepers = texts([f"{village.name[:-1]}录入员" for village in county.villages])[homes.village[rows]]
    burden = np.where(rng.random(len(rows)) < 0.15, rng.integers(10, 900, len(rows)) * 100, 0)
    claim = np.where(rng.random(len(rows)) < 0.004, rng.integers(50, 900, len(rows)) * 1000, 0)
    columns = {
        "income_month": np.full(len(rows), county.month),
        "wage_income": income.wage[rows],
        "public_post_wage": income.post_wage[rows],
        "business_income": income.business[rows],
        "business_expense": income.expense[rows],
        "property_income": income.assets[rows],
        "asset_dividend": income.dividend[rows],
        "land_rent": income.rent[rows],
        "transfer_income": income.transfer[rows],
        "dibao_income": income.dibao[rows],
        "tekun_income": income.tekun[rows],
        "pension_income": income.pension[rows],
        "other_transfer_income": income.other[rows],
        "claim_income": claim,
        "compliant_out_of_pocket": burden,
        "entered_on": on,
        "entered_by": keepers,
    }
    table = _households_table(county, rows, columns)
    # A component left blank makes the month unobserved: blank is not zero. Households held at a line are left alone.
    gaps = np.flatnonzero((rng.random(len(rows)) < 0.0015) & (homes.pin[rows] < 0))
    for row in gaps.tolist():
        table.columns[("wage_income", "business_income", "property_income")[row % 3]][row] = BLANK
    return table


MEASURE_DEPARTMENTS = ("agriculture", "human_resources", "rural_revitalization", "housing")
MEASURES = (
    "发放种苗",
    "推荐务工",
    "贷款贴息",
    "安排岗位",
    "房屋修缮",
    "管网改造",
    "慢病随访",
    "送教上门",
    "助学金",
    "临时救助",
    "爱心捐赠",
    "搬迁后扶",
)


def assistance_measure(county: County) -> Table:
    """Help given to households: to those under monitoring most of all."""
    homes, rng = county.households, county.rng("measures")
    active = homes.is_on_roster & homes.is_monitored & np.isnat(homes.cleared)
    sure = active & ((homes.number % 12 == _calendar(county) - 1) | (homes.identified == county.month))
    rows = np.flatnonzero(sure | (rng.random(len(homes)) < np.where(active, 0.12, np.where(homes.is_in_scope, 0.03, 0.0))))
    kind = rng.integers(0, 12, len(rows))
    head = homes.head[rows]
    days = _days(county, rng, len(rows))
    columns = {
        "id_number": np.where(rng.random(len(rows)) < 0.5, county.people.id_number[head], ""),
        "measure_type": codes("measure_type")[kind],
        "measure_name": texts(MEASURES)[kind],
        "amount": np.where(rng.random(len(rows)) < 0.6, rng.integers(2, 40, len(rows)) * 10_000, BLANK),
        "measure_date": days,
        "responsible_department": texts([county.facts.department(code).name for code in MEASURE_DEPARTMENTS])[kind % 4],
    }
    return _households_table(county, rows, columns)


def visit(county: County) -> Table:
    """Visits: every month to households under monitoring, now and then to the others."""
    homes, rng = county.households, county.rng("visits")
    active = homes.is_monitored & np.isnat(homes.cleared)
    rows = np.flatnonzero(homes.is_on_roster & (rng.random(len(homes)) < np.where(active, 0.93, 0.34)))
    columns = {
        "visited_on": _days(county, rng, len(rows)),
        "visitor_level": choose(rng, ("村", "镇", "工作队"), len(rows), (7, 2, 1)),
        "visitor": choose(rng, names.VISITORS, len(rows)),
        "finding": choose(rng, names.FINDINGS, len(rows)),
    }
    return _households_table(county, rows, columns)


def feedback(county: County) -> Table:
    """Answers of towns to items of the warning list that the run of the month handed out."""
    homes, rng = county.households, county.rng("feedback")
    answered = ~np.isnat(county.listed_before) & (rng.random(len(homes)) < 0.8)
    rows = np.flatnonzero(answered & (county.month >= county.first))
    result = choose(rng, range(7), len(rows), (12, 38, 20, 12, 4, 8, 6))
    ids = household_ids(county, rows)
    since = texts(county.listed_before[rows].astype(str).tolist())
    columns = {
        "item_code": texts([f"warning_list/{month}/{household}" for month, household in zip(since, ids, strict=True)]),
        "result": codes("work_result")[result],
        "verified_income": np.where(result == 3, rng.integers(130, 400, len(rows)) * 10_000, BLANK),
        "measure": np.where(result <= 1, choose(rng, ("推荐就业岗位", "申请低保", "发放临时救助"), len(rows)), ""),
        "reason": choose(rng, ("已入户核实", "收入漏录，已补", "家庭有积蓄", ""), len(rows)),
        "waived_until": np.where(result == 6, county.month + rng.integers(2, 12, len(rows)), NO_MONTH),
        "answered_on": last_day(county.month) - rng.integers(0, 7, len(rows)),
        "answered_by": homes.helper[rows],
        # none of our workbooks goes out to an invented town
        "row_seal": texts([""] * len(rows)),
    }
    return Table(columns, np.full(len(rows), -1), homes.town[rows])


def town_report(county: County) -> Table:
    """Households in need that villages have come across, on the roster and not, and changes in others."""
    rng = county.rng("town reports")
    rows = _some_heads(county, rng, 0.004, 0.004)
    homes = county.people.household[rows]
    is_known = county.households.is_on_roster[homes]
    columns = {
        **person_columns(county, rows, "head_name", "head_id_number"),
        "town": town_names(county, homes),
        "village": village_names(county, homes),
        "report_kind": codes("report_kind")[is_known.astype(int)],
        "household_id": np.where(is_known & (rng.random(len(rows)) < 0.5), household_ids(county, homes), ""),
        "phone": county.households.phone[homes],
        "situation": choose(rng, names.SITUATIONS, len(rows)),
        "income_per_capita": np.where(rng.random(len(rows)) < 0.7, rng.integers(40, 200, len(rows)) * 10_000, BLANK),
        "reported_on": _days(county, rng, len(rows)),
        "reported_by": choose(rng, names.VISITORS, len(rows)),
    }
    return table_of(county, rows, columns)


def disability_subsidy(county: County) -> Table:
    """The two subsidies of disabled people, month by month."""
    persons = county.people
    certified = (
        (persons.disability_grade > 0) & (persons.certificate_status == 0) & persons.is_active & np.isnat(persons.died_on)
    )
    known = certified & listed(county, "disability subsidy", 0.55, missing=0.04)
    on_dibao = (persons.assistance >= 0) & (persons.assistance <= 1) & np.isnat(persons.assistance_stopped)
    nursing = np.flatnonzero(known & (persons.disability_grade <= 2))
    living = np.flatnonzero(known & on_dibao)
    rows = np.concatenate([living, nursing])
    kind = np.repeat([0, 1], [len(living), len(nursing)])
    columns = {
        **person_columns(county, rows),
        "certificate_number": certificate_numbers(county, rows),
        "subsidy_type": codes("disability_subsidy")[kind],
        "amount": np.where(kind == 0, 18_800, 25_200),
        "payment_month": np.full(len(rows), county.month),
    }
    return table_of(county, rows, columns)


def temporary_relief(county: County) -> Table:
    """One-off relief."""
    persons, rng = county.people, county.rng("relief")
    chance = np.where(persons.is_serious, 0.012, 0.0003)
    rows = np.flatnonzero(persons.is_active & (rng.random(len(persons)) < chance))
    columns = {
        **person_columns(county, rows),
        "relief_type": codes("relief_type")[rng.integers(0, 2, len(rows))],
        "amount": rng.integers(5, 80, len(rows)) * 10_000,
        "paid_on": _days(county, rng, len(rows)),
    }
    return table_of(county, rows, columns)


def death_register(county: County) -> Table:
    """Who died in the month."""
    died = county.people.died_on
    rows = np.flatnonzero(died.astype("datetime64[M]") == county.month)
    return table_of(county, rows, {**person_columns(county, rows), "died_on": died[rows]})


AIDS = ("学前教育资助", "生活费补助", "生活费补助", "国家助学金", "国家助学金", "雨露计划", "国家助学金", "国家助学金")


def student_aid(county: County) -> Table:
    """Aid paid to students: once a term, in one of three months of it."""
    persons, calendar = county.people, _calendar(county)
    if calendar not in (4, 5, 6, 10, 11, 12):
        rows = np.empty(0, dtype=np.int64)
    else:
        third = (calendar - 4) % 6
        beyond = people.student_status(persons, county.day) >= people.HIGH
        share = np.where(county.households.is_in_scope[persons.household], np.where(beyond, 0.88, 0.45), 0.28)
        draw = uniform(county.seed, "aided", np.arange(len(persons)))
        month = (uniform(county.seed, "aid month", np.arange(len(persons))) * 3).astype(int)
        rows = np.flatnonzero(persons.is_active & county.is_student & (draw < share) & (month == third))
    stage = school_stage(people.student_status(persons, county.day)[rows])
    rng = county.rng("aid")
    year = int(str(county.month)[:4])
    term = f"{year - 1}-{year}学年第二学期" if calendar < 9 else f"{year}-{year + 1}学年第一学期"
    columns = {
        **person_columns(county, rows),
        "aid_item": texts(AIDS)[stage],
        "semester": repeated(term, len(rows)),
        "amount": np.array([50_000, 50_000, 62_500, 100_000, 100_000, 150_000, 165_000, 165_000])[stage],
        "paid_on": _days(county, rng, len(rows)),
    }
    return table_of(county, rows, columns)


def settlement(county: County) -> Table:
    """Medical bills: mostly small ones, some of them ruinous, and a few refunds."""
    persons, rng = county.people, county.rng("settlements")
    age = age_on(persons.birth, county.day)
    on_roster = county.households.is_on_roster[persons.household]
    chance = np.select([persons.is_serious, persons.is_chronic, age >= 60], [0.23, 0.12, 0.06], 0.022) * np.where(
        on_roster, 1.0, 1.05
    )
    here = persons.is_active & np.isnat(persons.died_on) & (persons.medical > people.NOT_INSURED)
    rows = np.flatnonzero(here & (persons.birth < first_day(county.month)) & (rng.random(len(persons)) < chance))
    size = len(rows)
    chronic = persons.is_chronic[rows] | persons.is_serious[rows]
    kind = np.where(rng.random(size) < np.where(chronic, 0.16, 0.08), 2, np.where(chronic & (rng.random(size) < 0.7), 1, 0))
    median = np.select([kind == 2, kind == 1], [5200.0, 420.0], 150.0) * np.where(
        persons.is_serious[rows] & (kind == 2), 4.0, 1.0
    )
    total = np.rint(median * np.exp(rng.normal(0, np.where(kind == 2, 0.95, 0.6), size)) * 100).astype(np.int64)
    costs = _shares(county, rng, rows, kind, total)
    settled = _days(county, rng, size)
    admitted = np.where(kind == 2, settled - rng.integers(3, 20, size), settled)
    columns = {
        **person_columns(county, rows),
        "visit_type": codes("visit_type")[kind],
        "admitted_on": admitted,
        "discharged_on": np.where(kind == 2, settled, NO_DAY),
        "settled_on": settled,
        **costs,
        "hospital": choose(rng, names.HOSPITALS, size, (34, 18, 8, 30, 7, 3)),
        "diagnosis": choose(rng, names.DIAGNOSES, size, (25, 14, 12, 8, 6, 10, 6, 3, 4, 12)),
    }
    table = table_of(county, rows, columns)
    table = _with_refunds(table, np.flatnonzero((kind == 0) & (rng.random(size) < 0.004)))
    stamp = str(county.month).replace("-", "")
    table.columns["settlement_id"] = texts([f"YB{stamp}{number:07d}" for number in range(1, len(table) + 1)])
    return table


def _shares(county: County, rng: np.random.Generator, rows: Array, kind: Array, total: Array) -> dict[str, Array]:
    """Return how a bill is shared out, to the cent."""
    persons = county.people
    size = len(rows)
    in_scope = (total * rng.uniform(0.82, 0.98, size)).astype(np.int64)
    basic = (in_scope * np.where(kind == 2, rng.uniform(0.55, 0.8, size), rng.uniform(0.3, 0.6, size))).astype(np.int64)
    critical = np.where(
        (kind == 2) & (in_scope - basic > 1_000_000), ((in_scope - basic - 1_000_000) * 0.6).astype(np.int64), 0
    )
    helped = (persons.assistance[rows] != NO_ASSISTANCE) & np.isnat(persons.assistance_stopped[rows])
    aid = np.where(helped, ((in_scope - basic - critical) * 0.75).astype(np.int64), 0)
    return {
        "total_cost": total,
        "in_scope_cost": in_scope,
        "basic_pay": basic,
        "critical_illness_pay": critical,
        "medical_aid_pay": aid,
        "other_pay": np.zeros(size, dtype=np.int64),
        "personal_pay": total - basic - critical - aid,
    }


def _with_refunds(table: Table, rows: Array) -> Table:
    """Return the table with refunds behind: the amounts of a bill once more, negative."""
    refunds = table.take(rows)
    for name, values in refunds.columns.items():
        if name.endswith(("_cost", "_pay")):
            refunds.columns[name] = -values
    return join([table, refunds])


def job_service(county: County) -> Table:
    """Job offers, guidance and trainings: more for those without work, at once for most of those just returned."""
    persons, spells, rng = county.people, county.spells, county.rng("services")
    able = work.can_work(persons, county.is_student, county.day)
    idle = able & ~busy(county) & persons.is_willing
    known = listed(county, "services", 0.4)
    returned = np.zeros(len(persons), dtype=bool)
    returned[spells.person[(spells.ended > first_day(county.month) - 20) & (spells.place != 0)]] = True
    eager = uniform(county.seed, "served", np.arange(len(persons)))
    parts = []
    for kind, chance in (
        (0, np.where(idle, np.where(eager > 0.66, 0.24, 0.02), 0.001)),
        (0, np.where(idle & returned, 0.5, 0.0)),
        (0, np.where(idle & (eager > 0.66), 0.12, 0.0)),
        (1, np.where(idle, 0.03 + 0.08 * (eager > 0.66), 0.001)),
        (2, np.where(persons.wants_training, 0.05, 0.001)),
    ):
        parts.append((kind, np.flatnonzero(able & known & (rng.random(len(persons)) < chance))))
    rows = np.concatenate([part for _, part in parts])
    kinds = np.repeat([kind for kind, _ in parts], [len(part) for _, part in parts])
    offers = choose(
        rng, [f"{firm}{job}" for firm in names.FIRM_NAMES for _, _, jobs in names.INDUSTRIES for job in jobs], len(rows)
    )
    content = np.where(kinds == 0, offers, np.where(kinds == 1, "", choose(rng, names.TRAININGS, len(rows))))
    columns = {
        **person_columns(county, rows),
        "service_type": codes("service_type")[kinds],
        "served_on": _days(county, rng, len(rows)),
        "content": content,
        "result": choose(rng, ("已应聘", "考虑中", "不合适", ""), len(rows)),
    }
    return table_of(county, rows, columns)


def employment_subsidy(county: County) -> Table:
    """Subsidies: for public posts every quarter, for the journey to far work places in spring, a few others."""
    posts, spells, rng = county.posts, county.spells, county.rng("subsidies")
    held = np.flatnonzero(posts.is_open) if _calendar(county) % 3 == 0 else np.empty(0, dtype=np.int64)
    far = spells.is_open & (spells.place >= 3) & listed(county, "travel", 0.3)[spells.person]
    travel = np.flatnonzero(far & (rng.random(len(spells)) < (0.08 if _calendar(county) in (3, 4, 5) else 0.004)))
    rows = np.concatenate([posts.person[held], spells.person[travel]])
    kind = np.repeat([2, 0], [len(held), len(travel)])
    columns = {
        **person_columns(county, rows),
        "subsidy_type": codes("employment_subsidy")[np.where((kind == 0) & (rng.random(len(rows)) < 0.3), 7, kind)],
        "amount": np.concatenate([posts.pay[held] * 3, rng.integers(2, 9, len(travel)) * 10_000]),
        "paid_on": _days(county, rng, len(rows)),
        "employer": np.concatenate([posts.keeper[held], spells.employer[travel]]),
    }
    return table_of(county, rows, columns)


def _some_heads(county: County, rng: np.random.Generator, on_roster: float, others: float) -> Array:
    homes = county.households
    chance = np.where(homes.is_on_roster, on_roster, others)
    return homes.head[(county.headcount > 0) & (rng.random(len(homes)) < chance)]


def production_link(county: County) -> Table:
    """What farm businesses bought from households, paid to them or taught them."""
    rng = county.rng("links")
    rows = _some_heads(county, rng, 0.028, 0.022)
    size = len(rows)
    entity = rng.integers(0, len(names.ENTITIES), size)
    kind = choose(rng, range(6), size, (40, 20, 15, 12, 8, 5))
    amount = rng.integers(3, 90, size) * 10_000
    paid_on = _days(county, rng, size)
    stamp = str(county.month).replace("-", "")
    columns = {
        "entity": texts([name for name, _ in names.ENTITIES])[entity],
        "entity_type": texts([kind for _, kind in names.ENTITIES])[entity],
        **person_columns(county, rows, "head_name", "head_id_number"),
        "link_type": codes("link_type")[kind],
        "product": choose(rng, names.PRODUCTS, size),
        "contract_number": texts([f"HT{stamp}{number:05d}" for number in range(1, size + 1)]),
        "signed_on": paid_on - rng.integers(20, 300, size),
        "contract_amount": amount,
        "paid_amount": np.where(kind == 5, 0, (amount * rng.uniform(0.4, 1.0, size)).astype(np.int64)),
        "paid_on": paid_on,
    }
    return table_of(county, rows, columns)


def relapse_claim(county: County) -> Table:
    """Claims paid by the insurance."""
    persons, rng = county.people, county.rng("claims")
    chance = np.where(persons.is_serious, 0.02, 0.0005) * np.where(county.households.is_in_scope[persons.household], 1.0, 0.1)
    rows = np.flatnonzero(persons.is_active & (rng.random(len(persons)) < chance))
    stamp = str(county.month).replace("-", "")
    paid = _days(county, rng, len(rows))
    columns = {
        "claim_number": texts([f"BX{stamp}{number:05d}" for number in range(1, len(rows) + 1)]),
        **person_columns(county, rows),
        "cause": choose(rng, ("因病", "因灾", "因学", "意外"), len(rows), (70, 5, 5, 20)),
        "occurred_on": paid - rng.integers(10, 90, len(rows)),
        "paid_amount": rng.integers(5, 200, len(rows)) * 10_000,
        "paid_on": paid,
    }
    return table_of(county, rows, columns)


def asset_distribution(county: County) -> Table:
    """What households got from common assets."""
    homes, rng = county.households, county.rng("assets")
    rows = np.flatnonzero((county.dividends > 0) & (county.headcount > 0))
    heads = homes.head[rows]
    columns = {
        "asset": texts(names.ASSETS)[homes.village[rows] % len(names.ASSETS)],
        "town": town_names(county, rows),
        "village": village_names(county, rows),
        **person_columns(county, heads, "head_name", "head_id_number"),
        "distribution_round": np.where(rng.random(len(rows)) < 0.7, "首次", "二次").astype(object),
        "amount": county.dividends[rows],
        "distributed_on": _days(county, rng, len(rows)),
    }
    return table_of(county, heads, columns)


def consumption_assistance(county: County) -> Table:
    """Farm products bought from households by offices and canteens."""
    rng = county.rng("consumption")
    rows = _some_heads(county, rng, 0.02, 0.006)
    columns = {
        "buyer": choose(rng, names.BUYERS, len(rows)),
        **person_columns(county, rows, "head_name", "head_id_number"),
        "product": choose(rng, names.PRODUCTS, len(rows)),
        "amount": rng.integers(8, 300, len(rows)) * 1000,
        "bought_on": _days(county, rng, len(rows)),
    }
    return table_of(county, rows, columns)


FLOWS: dict[str, Callable[[County], Table]] = {
    "rural_revitalization__income_expense": income_expense,
    "rural_revitalization__assistance_measure": assistance_measure,
    "rural_revitalization__visit": visit,
    "rural_revitalization__feedback": feedback,
    "rural_revitalization__town_report": town_report,
    "civil_affairs__disability_subsidy": disability_subsidy,
    "civil_affairs__temporary_relief": temporary_relief,
    "civil_affairs__death_register": death_register,
    "education__student_aid": student_aid,
    "medical_insurance__settlement": settlement,
    "human_resources__job_service": job_service,
    "human_resources__employment_subsidy": employment_subsidy,
    "agriculture__production_link": production_link,
    "insurance__relapse_claim": relapse_claim,
    "finance__asset_distribution": asset_distribution,
    "industry__consumption_assistance": consumption_assistance,
}
