"""Rows about people who should have none, each with the code of the rule that finds it.

What belongs here: who can have such a row in which extract, and what it says. What does not: faults of rows that are there
(``faults``), whom they hit (``planting``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orchestration.synthesis import fault_rows as rows_of
from orchestration.synthesis import names
from orchestration.synthesis.chance import Array
from orchestration.synthesis.columns import codes, town_names, village_names
from orchestration.synthesis.county import County, first_day
from orchestration.synthesis.fault_rows import PersonTest
from orchestration.synthesis.tables import texts

FAR_AWAY = 5  # position in names.work_places()


@dataclass(frozen=True)
class ExtraRow:
    """A row about somebody who should have none.

    Attributes:
        name: check of the catalogue that finds it.
        share: of the people who can have it, how many do.
        whom: who can have it.
        columns: what is in the rows of these people; names and documents are theirs, other columns are blank.
        is_fresh: as for a fault.
    """

    name: str
    share: float
    whom: PersonTest
    columns: Callable[[County, Array], dict[str, Any]]
    is_fresh: bool = False


def _on_the_roll(kind: str) -> Callable[[County, Array], dict[str, Any]]:
    def columns(county: County, people: Array) -> dict[str, Any]:
        household = county.people.household[people]
        return {
            "assistance_type": kind,
            "head_id_number": county.people.id_number[county.households.head[household]],
            "monthly_amount": 60_000,
            "payment_month": county.month,
            "started_on": county.day - 400,
            "status": "在保",
            "town": town_names(county, household),
            "village": village_names(county, household),
        }

    return columns


def _post(county: County, people: Array) -> dict[str, Any]:
    return {
        "post": names.POSTS[1],
        "managing_department": names.POST_KEEPERS[1],
        "started_on": county.day - 300,
        "monthly_pay": 100_000,
    }


def _spell(county: County, people: Array) -> dict[str, Any]:
    industry, _, jobs = names.INDUSTRIES[0]
    province, city, place, _ = names.work_places()[FAR_AWAY]
    return {
        "employer": "深圳恒丰电子有限公司",
        "industry": industry,
        "job": jobs[0],
        "work_province": province,
        "work_city": city,
        "work_county": place,
        "channel": codes("employment_channel")[0],
        "started_on": county.day - 150,
        "monthly_wage": 420_000,
        "has_contract": 1,
        "has_social_insurance": 0,
    }


def _subsidy(county: County, people: Array) -> dict[str, Any]:
    return {"subsidy_type": "困难残疾人生活补贴", "amount": 18_800, "payment_month": county.month}


def _unaided_stay(county: County, people: Array) -> dict[str, Any]:
    settled = first_day(county.month) + 14
    stamp = str(county.month).replace("-", "")
    return {
        "settlement_id": texts([f"YB{stamp}9{person:06d}" for person in people.tolist()]),
        "visit_type": "住院",
        "admitted_on": settled - 9,
        "discharged_on": settled,
        "settled_on": settled,
        "total_cost": 800_000,
        "in_scope_cost": 700_000,
        "basic_pay": 450_000,
        "critical_illness_pay": 0,
        "medical_aid_pay": 0,
        "other_pay": 0,
        "personal_pay": 350_000,
        "hospital": names.HOSPITALS[0],
        "diagnosis": names.DIAGNOSES[0],
    }


def _paid_stay(county: County, people: Array) -> dict[str, Any]:
    stay = _unaided_stay(county, people)
    return stay | {
        "settlement_id": texts([f"{number}8" for number in stay["settlement_id"].tolist()]),
        "visit_type": "普通门诊",
    }


EXTRA_ROWS: dict[str, tuple[ExtraRow, ...]] = {
    "civil_affairs__assistance_roll": (
        ExtraRow("F09", 0.0005, rows_of.at_work, _on_the_roll("农村特困")),
        ExtraRow("G04", 0.003, rows_of.on_dibao, _on_the_roll("农村特困")),
        ExtraRow("G16", 0.05, rows_of.dead_member, _on_the_roll("农村低保")),
    ),
    "civil_affairs__disability_subsidy": (ExtraRow("E11", 0.0002, rows_of.without_certificate, _subsidy),),
    "medical_insurance__settlement": (
        ExtraRow("H08", 0.002, rows_of.on_dibao, _unaided_stay, is_fresh=True),
        ExtraRow("G24", 0.002, rows_of.uninsured, _paid_stay, is_fresh=True),
    ),
    "human_resources__employment": (ExtraRow("D13", 0.003, rows_of.grown_student, _spell),),
    "human_resources__public_post": (
        ExtraRow("F20", 0.001, rows_of.at_work_elsewhere, _post),
        ExtraRow("F22", 0.001, rows_of.member_of_seventy, _post),
    ),
}
