"""Rolls: what the register of each department holds at the cut-off, true and in good order.

What belongs here: the rolls of departments, and ``ROLLS``, all of them. What does not: the rosters of households and members
(``rosters``), what happened in a month (``events``), what is wrong (``faults``, ``defects``).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from orchestration.synthesis import names, people
from orchestration.synthesis.chance import Array, uniform
from orchestration.synthesis.columns import (
    coded,
    codes,
    listed,
    pension_kind,
    person_columns,
    table_of,
    town_names,
    village_names,
    year_of,
)
from orchestration.synthesis.county import County, first_day
from orchestration.synthesis.people import NO_ASSISTANCE, age_on
from orchestration.synthesis.rosters import household_roster, member_roster
from orchestration.synthesis.tables import BLANK, Table, repeated, texts


def assistance_roll(county: County) -> Table:
    """Who is or lately was on social assistance."""
    persons = county.people
    recent = np.isnat(persons.assistance_stopped) | (persons.assistance_stopped > first_day(county.month - 12))
    rows = np.flatnonzero((persons.assistance != NO_ASSISTANCE) & recent)
    on = np.isnat(persons.assistance_stopped[rows])
    households = persons.household[rows]
    kind = persons.assistance[rows]
    return table_of(
        county,
        rows,
        {
            **person_columns(county, rows),
            "assistance_type": codes("assistance_type")[kind],
            "category": np.where(kind <= 1, texts(["A", "B", "C"])[households % 3], ""),
            "case_number": texts([f"MZ{year_of(county)}{household:06d}" for household in households.tolist()]),
            "head_id_number": persons.id_number[county.households.head[households]],
            "monthly_amount": persons.assistance_amount[rows],
            "payment_month": np.where(on, county.month, persons.assistance_stopped[rows].astype("datetime64[M]")),
            "started_on": persons.assistance_since[rows],
            "status": codes("assistance_status")[np.where(on, 0, 1)],
            "stop_reason": persons.assistance_stop_reason[rows],
            "stopped_on": persons.assistance_stopped[rows],
            "town": town_names(county, households),
            "village": village_names(county, households),
        },
    )


def certificate(county: County) -> Table:
    """Who holds a certificate of disability."""
    persons = county.people
    rows = np.flatnonzero((persons.disability_grade > 0) & persons.is_active & listed(county, "certificate", 0.8))
    issued = np.maximum(persons.certified_on[rows], persons.birth[rows] + 300)
    state = persons.certificate_status[rows]
    valid = np.where(state == 2, county.day - 40, np.maximum(issued + 3650, county.day + 200))
    return table_of(
        county,
        rows,
        {
            **person_columns(county, rows),
            "certificate_number": certificate_numbers(county, rows),
            "disability_class": codes("disability_class")[persons.disability_class[rows] - 1],
            "disability_grade": codes("disability_grade")[persons.disability_grade[rows] - 1],
            "issued_on": issued,
            "valid_until": valid,
            "status": codes("certificate_status")[state],
        },
    )


def certificate_numbers(county: County, rows: Array) -> Array:
    """Return numbers of certificates: identity number, class, grade, and ``B1`` where it was issued again."""
    persons = county.people
    again = uniform(county.seed, "reissued", rows) < 0.08
    digits = texts(list("01234567"))
    number = persons.id_number[rows] + digits[persons.disability_class[rows]] + digits[persons.disability_grade[rows]]
    return number + np.where(again, "B1", "").astype(object)


def school_enrolment(county: County) -> Table:
    """Who is at a school, kindergarten or college."""
    persons = county.people
    status = people.student_status(persons, county.day)
    rows = np.flatnonzero((status > people.BELOW_SCHOOL) & persons.is_active & listed(county, "enrolment", 0.85))
    status = status[rows]
    stage = school_stage(status)
    beyond = stage >= 5
    place = county.people.household[rows]
    town = town_names(county, place)
    number = uniform(county.seed, "school", rows)
    school = np.select(
        [stage == 0, stage == 1, stage == 2, stage == 3, stage == 4],
        [town + "幼儿园", town + texts(names.SCHOOLS[:2])[(number * 2).astype(int)], town + names.SCHOOLS[2],
         repeated("县" + names.SCHOOLS[3], len(rows)), repeated("县" + names.SCHOOLS[4], len(rows))],
        texts(names.COLLEGES)[(number * len(names.COLLEGES)).astype(int)],
    )  # fmt: skip
    state = np.where(
        persons.is_taught_at_home[rows] & (stage <= 2), 4, np.where(persons.is_on_leave[rows] & (stage >= 1), 1, 0)
    )
    state = np.where((stage == 0) & (state == 1), 0, state)
    fees = np.select([stage == 0, stage <= 2, stage == 3, stage == 4], [3000, 200, 2600, 1200], 7800) + (number * 4000).astype(
        int
    )
    return table_of(
        county,
        rows,
        {
            **person_columns(county, rows),
            "student_number": texts([f"G{county.facts.code[:4]}{row:012d}" for row in rows.tolist()]),
            "stage": codes("school_stage")[stage],
            "grade": _grade(county, rows, status),
            "school": school,
            "status": codes("enrolment_status")[state],
            "is_boarding": ((stage >= 2) & (number < 0.7)).astype(np.int64),
            "annual_fees": np.where(beyond | (stage != 1), fees * 100, 20_000),
            "guardian_id_number": np.where(beyond, "", persons.id_number[county.households.head[persons.household[rows]]]),
        },
    )


def school_stage(status: Array) -> Array:
    """Return positions in school_stage for positions in student_status."""
    firsts = np.array(
        [people.KINDERGARTEN, people.PRIMARY, people.JUNIOR, people.HIGH, people.VOCATIONAL, people.COLLEGE, people.UNIVERSITY]
    )
    return np.searchsorted(firsts, status, side="right") - 1


def _grade(county: County, rows: Array, status: Array) -> Array:
    age = age_on(county.people.birth[rows], people.school_day(county.day))
    primary = texts(["一年级", "二年级", "三年级", "四年级", "五年级", "六年级"])[np.clip(age - 6, 0, 5)]
    kindergarten = texts(["小班", "中班", "大班"])[np.clip(age - 3, 0, 2)]
    return np.select(
        [status == people.KINDERGARTEN, status == people.PRIMARY], [kindergarten, primary], coded("student_status", status)
    )


def medical_enrolment(county: County) -> Table:
    """Who is insured against illness in the year of the cut-off."""
    persons = county.people
    rows = np.flatnonzero((persons.medical > people.NOT_INSURED) & persons.is_active & listed(county, "insured", 0.82))
    kind = persons.medical[rows]
    in_scope = county.households.is_in_scope[persons.household[rows]]
    kind = np.where(
        ~in_scope & (kind == people.FULLY_PAID_FOR) & (uniform(county.seed, "pays", rows) < 0.9), people.PAYS_ALONE, kind
    )
    premium = 35_000 if year_of(county) <= 2022 else 38_000
    resident = kind != people.EMPLOYEE
    return table_of(
        county,
        rows,
        {
            **person_columns(county, rows),
            "scheme": codes("insurance_scheme")[np.where(resident, 0, 1)],
            "insured_year": np.full(len(rows), year_of(county)),
            "status": codes("insurance_status")[np.where(resident, 0, 2)],
            "personal_payment": np.select(
                [kind == people.FULLY_PAID_FOR, kind == people.PARTLY_PAID_FOR, kind == people.PAYS_ALONE],
                [0, premium // 2, premium],
                BLANK,
            ),
            "subsidised_amount": np.select(
                [kind == people.FULLY_PAID_FOR, kind == people.PARTLY_PAID_FOR],
                [premium, premium // 2],
                np.where(resident, 0, BLANK),
            ),
            "subsidy_category": np.where(np.isin(kind, (1, 2)), np.where(in_scope, "脱贫人口和监测对象", "其他困难群众"), ""),
            "insured_place": repeated(county.facts.name, len(rows)),
        },
    )


def pension(county: County) -> Table:
    """Who pays into a pension or receives one."""
    persons = county.people
    everybody = np.arange(len(persons))
    kind = pension_kind(county, everybody)
    rows = np.flatnonzero((kind > 0) & persons.is_active & listed(county, "pension", 0.72))
    kind = kind[rows]
    age = age_on(persons.birth[rows], county.day)
    # Who has turned 60 receives a pension; the register follows within the month.
    receives = (kind >= 3) | (age >= 60)
    amount = np.where(kind >= 3, persons.pension_amount[rows], 20_000)
    in_scope = county.households.is_in_scope[persons.household[rows]]
    paid_for = ~receives & (kind == 1) & in_scope & (uniform(county.seed, "pension aid", rows) < 0.9)
    return table_of(
        county,
        rows,
        {
            **person_columns(county, rows),
            "scheme": codes("insurance_scheme")[np.where(np.isin(kind, (2, 4)), 1, 0)],
            "status": codes("pension_status")[np.where(receives, 1, 0)],
            "insured_year": np.full(len(rows), year_of(county)),
            "personal_payment": np.where(receives, BLANK, np.where(paid_for, 0, np.where(kind == 1, 18_000, 480_000))),
            "subsidised_amount": np.where(receives, BLANK, np.where(paid_for, 18_000, 0)),
            "monthly_pension": np.where(receives, amount, BLANK),
        },
    )


def employment(county: County) -> Table:
    """Every spell of employment on record."""
    spells, persons = county.spells, county.people
    order = np.lexsort((spells.started, spells.person))
    rows = spells.person[order]
    place = spells.place[order]
    contract = uniform(county.seed, "contract", order)
    columns = {
        **person_columns(county, rows),
        "employer": spells.employer[order],
        "industry": texts([industry for industry, _, _ in names.INDUSTRIES])[spells.industry[order]],
        "job": spells.job[order],
        "work_province": texts([name[0] for name in names.work_places()])[place],
        "work_city": texts([name[1] for name in names.work_places()])[place],
        "work_county": texts([name[2] for name in names.work_places()])[place],
        "channel": codes("employment_channel")[spells.channel[order]],
        "started_on": spells.started[order],
        "ended_on": spells.ended[order],
        "monthly_wage": spells.wage[order],
        "has_contract": (contract < 0.6).astype(np.int64),
        "has_social_insurance": (contract < 0.35).astype(np.int64),
    }
    table = table_of(county, rows, columns)
    return table.take(np.flatnonzero(persons.is_active[rows]))


def public_post(county: County) -> Table:
    """Public posts held or given up."""
    posts = county.posts
    return table_of(
        county,
        posts.person,
        {
            **person_columns(county, posts.person),
            "post": posts.post,
            "managing_department": posts.keeper,
            "started_on": posts.started,
            "ended_on": posts.ended,
            "monthly_pay": posts.pay,
        },
    )


def _heads(county: County, label: str, share: float) -> Array:
    """Return the heads of the households that a register knows: all of the roster but a few, and a share of the others."""
    homes = county.households
    number = uniform(county.seed, label, homes.number)
    known = np.where(homes.is_on_roster, number >= 0.006, number < share)
    return homes.head[known & (county.headcount > 0)]


def dwelling_safety(county: County) -> Table:
    """Grades of dwellings."""
    homes = county.households
    rows = _heads(county, "dwelling", 0.6)
    of = county.people.household[rows]
    done = ~np.isnat(homes.renovated_on[of])
    return table_of(
        county,
        rows,
        {
            **person_columns(county, rows, "head_name", "head_id_number"),
            "dwelling_grade": codes("dwelling_grade")[homes.dwelling[of]],
            "assessed_on": homes.assessed_on[of],
            "renovated_on": homes.renovated_on[of],
            "renovation_subsidy": np.where(done, homes.renovation_subsidy[of], BLANK),
        },
    )


def drinking_water(county: County) -> Table:
    """Safety of drinking water by household."""
    rows = _heads(county, "water", 0.6)
    of = county.people.household[rows]
    number = uniform(county.seed, "supply", of)
    return table_of(
        county,
        rows,
        {
            **person_columns(county, rows, "head_name", "head_id_number"),
            "supply": np.where(number < 0.7, "集中供水", np.where(number < 0.9, "分散供水", "自备水源")).astype(object),
            "is_safe": county.households.is_water_safe[of].astype(np.int64),
            "checked_on": county.day - (number * 400).astype(int) - 5,
        },
    )


def microcredit(county: County) -> Table:
    """Small loans, repaid ones too."""
    loans = county.loans
    over = loans.due <= county.day
    state = np.where(loans.is_overdue & over, 1, np.where(over, 3, 0))
    shown = loans.lent <= county.day
    table = table_of(
        county,
        loans.person,
        {
            **person_columns(county, loans.person, "borrower_name"),
            "loan_number": texts([f"XD{number:08d}" for number in loans.number.tolist()]),
            "bank": loans.bank,
            "principal": loans.principal,
            "lent_on": loans.lent,
            "due_on": loans.due,
            "balance": np.where(state == 3, 0, loans.principal),
            "status": codes("loan_status")[state],
            "purpose": texts([names.PRODUCTS[number % len(names.PRODUCTS)] + "种养" for number in loans.number.tolist()]),
        },
    )
    return table.take(np.flatnonzero(shown))


def relapse_policy(county: County) -> Table:
    """Who is insured against falling back into poverty: everybody in scope but a few, and some others."""
    persons = county.people
    number = uniform(county.seed, "policy", np.arange(len(persons)))
    in_scope = county.households.is_in_scope[persons.household]
    rows = np.flatnonzero(persons.is_active & np.where(in_scope, number < 0.98, number < 0.03))
    year = year_of(county)
    return table_of(
        county,
        rows,
        {
            **person_columns(county, rows),
            "policy_year": np.full(len(rows), year),
            "premium": np.full(len(rows), 5000),
            "valid_from": np.full(len(rows), np.datetime64(f"{year}-01-01")),
            "valid_until": np.full(len(rows), np.datetime64(f"{year}-12-31")),
        },
    )


ROLLS: dict[str, Callable[[County], Table]] = {
    "rural_revitalization__household_roster": household_roster,
    "rural_revitalization__member_roster": member_roster,
    "civil_affairs__assistance_roll": assistance_roll,
    "education__enrolment": school_enrolment,
    "medical_insurance__enrolment": medical_enrolment,
    "disabled_federation__certificate": certificate,
    "human_resources__employment": employment,
    "human_resources__public_post": public_post,
    "human_resources__pension": pension,
    "housing__dwelling_safety": dwelling_safety,
    "water__drinking_water": drinking_water,
    "finance__microcredit": microcredit,
    "insurance__relapse_policy": relapse_policy,
}
