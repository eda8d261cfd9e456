"""The register of households and that of their members, as they stand at the cut-off, true and in good order.

What belongs here: the two rosters that everything is matched with. What does not: what other departments hold (``registers``),
what is wrong in them (``faults``, ``defects``).
"""

from __future__ import annotations

import numpy as np

from orchestration.synthesis import names, people, work
from orchestration.synthesis.chance import Array, uniform
from orchestration.synthesis.columns import (
    coded,
    codes,
    household_ids,
    pension_kind,
    person_columns,
    table_of,
    town_names,
    village_names,
)
from orchestration.synthesis.county import County, busy
from orchestration.synthesis.people import NO_ASSISTANCE, age_on
from orchestration.synthesis.tables import BLANK, NO_MONTH, Table, repeated, texts


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
    willing = persons.is_willing[rows] | busy(county)[rows]
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
