"""Rolls: what each register holds at the cut-off, true and in good order. ``faults`` and ``defects`` come afterwards."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from orchestration.contracts import load_code_lists
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.synthesis import county as county_module
from orchestration.synthesis import names, people, work
from orchestration.synthesis.chance import Array, uniform
from orchestration.synthesis.county import County, first_day
from orchestration.synthesis.people import NO_ASSISTANCE, age_on
from orchestration.synthesis.tables import BLANK, NO_MONTH, Table, repeated, texts


@kept_by_overlay
def codes(name: str) -> Array:
    """Return the values of a code list, in order."""
    return texts([code.value for code in load_code_lists()[name].values])


def coded(name: str, positions: Array) -> Array:
    """Return values of a code list by position; a position below 0 is blank."""
    return np.append(codes(name), "")[np.where(positions < 0, -1, positions)]


def listed(county: County, label: str, share: float, missing: float = 0.0) -> Array:
    """Return who is known to a register: roster people but for a few, and a share of the others. It stays so month by month."""
    persons = county.people
    on_roster = county.households.is_on_roster[persons.household]
    number = uniform(county.seed, label, np.arange(len(persons)))
    return np.where(on_roster, number >= missing, number < share)


def table_of(county: County, rows: Array, columns: dict[str, Array]) -> Table:
    """Return a table about people."""
    return Table(columns, rows, county.households.town[county.people.household[rows]])


def person_columns(county: County, rows: Array, name: str = "name", document: str = "id_number") -> dict[str, Array]:
    """Return name and document of people."""
    return {name: county.people.name[rows], document: county.people.id_number[rows]}


def household_ids(county: County, rows: Array) -> Array:
    """Return the numbers of households as the register writes them."""
    villages = texts([village.code[-7:] for village in county.villages])
    numbers = county.households.number[rows].tolist()
    return villages[county.households.village[rows]] + texts([f"{number:06d}" for number in numbers])


def household_positions(county: County, ids: Array) -> Array:
    """Return the positions of households by the numbers that the register writes, -1 for a number of none."""
    known = household_ids(county, np.arange(len(county.households))).tolist()
    positions = {household: position for position, household in enumerate(known)}
    return np.array([positions.get(household, -1) for household in ids.tolist()], dtype=np.int64)


def village_names(county: County, households: Array) -> Array:
    """Return the village of each household."""
    return texts([village.name for village in county.villages])[county.households.village[households]]


def town_names(county: County, households: Array) -> Array:
    """Return the town of each household."""
    return texts([town.name for town in county.facts.towns])[county.households.town[households]]


def year_of(county: County) -> int:
    """Return the year of the cut-off."""
    return int(str(county.month)[:4])


def household_roster(county: County) -> Table:
    """Households of the register."""
    homes, persons = county.households, county.people
    rows = np.flatnonzero(homes.is_on_roster)
    head = homes.head[rows]
    monitored = homes.is_monitored[rows]
    cleared = monitored & ~np.isnat(homes.cleared[rows])
    columns = {
        "household_id": household_ids(county, rows),
        "town": town_names(county, rows),
        "village": village_names(county, rows),
        "village_code": texts([county.villages[village].code for village in homes.village[rows].tolist()]),
        **person_columns(county, head, "head_name", "head_id_number"),
        "household_type": codes("household_type")[np.where(homes.is_alleviated[rows], 0, 1)],
        "is_marginal_2019": homes.is_marginal[rows].astype(np.int64),
        "monitoring_category": coded("monitoring_category", homes.monitoring[rows]),
        "identified_month": homes.identified[rows],
        "risk_cleared": np.where(monitored, cleared.astype(np.int64), BLANK),
        "cleared_month": np.where(cleared, homes.cleared[rows], NO_MONTH),
        "clearance_method": coded("clearance_method", homes.clearance[rows]),
        **{f"risk_{place + 1}": coded("risk", homes.risks[rows, place]) for place in range(5)},
        "household_size": county.headcount[rows],
        "phone": homes.phone[rows],
        "is_no_labour_household": _is_no_labour(county)[rows].astype(np.int64),
        "is_dwelling_unsafe": homes.is_unsafe[rows].astype(np.int64),
        "is_water_safe": homes.is_water_safe[rows].astype(np.int64),
        "helper_name": homes.helper[rows],
    }
    return Table(columns, np.where(persons.is_active[head], head, -1), homes.town[rows])


def _on_assistance(county: County) -> Array:
    persons = county.people
    return persons.is_active & (persons.assistance != NO_ASSISTANCE) & np.isnat(persons.assistance_stopped)


def _labour_shown(county: County) -> Array:
    """Return positions in labour_skill, -1 for children and students, who have none."""
    persons = county.people
    hidden = county.is_student | (age_on(persons.birth, county.day) < 16)
    return np.where(hidden, -1, persons.labour)


def _is_no_labour(county: County) -> Array:
    """Return which households have nobody who can work and are backed up by social assistance."""
    persons, count = county.people, len(county.households)
    here = persons.is_active
    able = np.bincount(persons.household[here & (_labour_shown(county) < 3)], minlength=count) > 0
    helped = np.bincount(persons.household[_on_assistance(county) & (persons.assistance < 4)], minlength=count) > 0
    return ~able & helped & (county.headcount > 0)


def member_roster(county: County) -> Table:
    """Members of the households of the register, and those who left them."""
    persons, homes = county.people, county.households
    rows = np.flatnonzero(homes.is_on_roster[persons.household])
    rows = rows[np.lexsort((persons.sequence[rows], persons.household[rows]))]
    ids = household_ids(county, persons.household[rows])
    sequences = texts([f"{sequence:02d}" for sequence in persons.sequence[rows].tolist()])
    joined, gone = ~np.isnat(persons.joined_on[rows]), ~persons.is_active[rows]
    columns = {
        "person_id": ids + sequences,
        "household_id": ids,
        **person_columns(county, rows),
        "id_type": repeated("居民身份证", len(rows)),
        "sex": codes("sex")[persons.sex[rows]],
        "birth_date": persons.birth[rows],
        "relationship": persons.relationship[rows],
        "health_status": people.health(persons, rows),
        "labour_skill": coded("labour_skill", _labour_shown(county)[rows]),
        "phone": np.where(age_on(persons.birth[rows], county.day) >= 16, persons.phone[rows], ""),
        "member_status": codes("member_status")[gone.astype(int)],
        "change_reason": np.where(gone, persons.left_reason[rows], np.where(joined, persons.join_reason[rows], "")),
        "change_date": np.where(gone, persons.left_on[rows], persons.joined_on[rows]),
        **_schooling(county, rows),
        **_insurance(county, rows),
        **_help(county, rows),
        **_work(county, rows),
    }
    return table_of(county, rows, columns)


def _schooling(county: County, rows: Array) -> dict[str, Array]:
    persons = county.people
    status = people.student_status(persons, county.day)[rows]
    age = age_on(persons.birth[rows], county.day)
    school_age = age_on(persons.birth[rows], people.school_day(county.day))
    dropout = persons.is_dropout[rows] & (school_age >= 6) & (school_age <= 15)
    reasons = codes_of_dropout(uniform(county.seed, "dropout reason", rows))
    level = np.where((status < 0) & (age >= 6), np.where(school_age <= 15, 1, persons.education[rows]), -1)
    return {
        "education_level": coded("education_level", level),
        "student_status": coded("student_status", status),
        "out_of_school_reason": np.where(dropout, reasons, ""),
    }


def codes_of_dropout(numbers: Array) -> Array:
    """Return reasons for staying away from school."""
    return texts(["因病", "因残", "厌学", "其他"])[(numbers * 4).astype(int)]


def _insurance(county: County, rows: Array) -> dict[str, Array]:
    persons = county.people
    medical, pension = persons.medical[rows], pension_kind(county, rows)
    resident = (medical >= people.FULLY_PAID_FOR) & (medical <= people.PAYS_ALONE)
    return {
        "has_resident_medical_insurance": resident.astype(np.int64),
        "has_employee_medical_insurance": (medical == people.EMPLOYEE).astype(np.int64),
        "has_resident_pension": np.isin(pension, (1, 3)).astype(np.int64),
        "has_employee_pension": np.isin(pension, (2, 4)).astype(np.int64),
    }


def pension_kind(county: County, rows: Array) -> Array:
    """Return kinds of pension, -1 for those too young or in school."""
    persons = county.people
    open_to = (age_on(persons.birth[rows], county.day) >= 16) & ~county.is_student[rows]
    return np.where(open_to, persons.pension[rows], -1)


def _help(county: County, rows: Array) -> dict[str, Array]:
    on, kind = _on_assistance(county)[rows], county.people.assistance[rows]
    return {
        "dibao": coded("dibao", np.where(on & (kind <= 1), kind, 2)),
        "tekun": coded("tekun", np.where(on & (kind >= 2) & (kind <= 3), kind - 2, 2)),
    }


def _work(county: County, rows: Array) -> dict[str, Array]:
    """Return where members work, for how many months of the last twelve, their posts and wishes."""
    persons, spells, posts = county.people, county.spells, county.posts
    places = texts(["".join(place[:3]) for place in names.work_places()])
    at, months = repeated("", len(persons)), np.zeros(len(persons), dtype=np.int64)
    open_spells = np.flatnonzero(spells.is_open)
    at[spells.person[open_spells]] = places[spells.place[open_spells]]
    months[spells.person[open_spells]] = _months_since(county, spells.started[open_spells])
    post, post_months = repeated("", len(persons)), np.zeros(len(persons), dtype=np.int64)
    open_posts = np.flatnonzero(posts.is_open)
    post[posts.person[open_posts]] = posts.post[open_posts]
    post_months[posts.person[open_posts]] = _months_since(county, posts.started[open_posts])
    able = (work.can_work(persons, county.is_student, county.day))[rows]
    willing = persons.is_willing[rows] | county_module.busy(county)[rows]
    return {
        "work_place": at[rows],
        "work_months": np.where(at[rows] == "", BLANK, months[rows]),
        "public_post": post[rows],
        "public_post_months": np.where(post[rows] == "", BLANK, post_months[rows]),
        "employment_intention": coded("employment_intention", np.where(able, np.where(willing, 0, 1), -1)),
        "needs_training": np.where(able, persons.wants_training[rows].astype(np.int64), BLANK),
    }


def _months_since(county: County, started: Array) -> Array:
    months = (county.month - started.astype("datetime64[M]")).astype(np.int64) + 1
    return np.clip(months, 1, 12)


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
