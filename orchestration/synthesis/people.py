"""The people of an invented county, and what is true of a person on a day: age, school year, health in words.

What belongs here: the columns of ``People`` and what is read from them. What does not: how people are invented (``families``,
``traits``), what becomes of them (``moves``, ``life``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from orchestration.synthesis.chance import Array
from orchestration.synthesis.tables import texts

MALE, FEMALE = 0, 1

# Position in the code list student_status of the first year at a school, and the years that it takes.
NOT_IN_SCHOOL, BELOW_SCHOOL, KINDERGARTEN, PRIMARY, JUNIOR, HIGH, VOCATIONAL, COLLEGE, UNIVERSITY = -1, 0, 1, 2, 3, 6, 9, 12, 15
LEAVES_EARLY, ONLY_HIGH, TO_UNIVERSITY, ONLY_VOCATIONAL, TO_COLLEGE = range(5)

NOT_INSURED, FULLY_PAID_FOR, PARTLY_PAID_FOR, PAYS_ALONE, EMPLOYEE = range(5)
NO_ASSISTANCE = -1


@dataclass
class People:
    """Everybody of the county, on the roster or not; one position per person in every array."""

    household: Array
    sequence: Array
    sex: Array
    birth: Array
    name: Array
    id_number: Array
    relationship: Array
    track: Array
    is_dropout: Array
    is_taught_at_home: Array
    is_on_leave: Array
    labour: Array
    education: Array
    is_chronic: Array
    is_serious: Array
    disability_class: Array
    disability_grade: Array
    certificate_status: Array
    certified_on: Array
    is_willing: Array
    wants_training: Array
    medical: Array
    pension: Array
    pension_amount: Array
    phone: Array
    assistance: Array
    assistance_since: Array
    assistance_amount: Array
    assistance_stopped: Array
    assistance_stop_reason: Array
    joined_on: Array
    join_reason: Array
    died_on: Array
    left_on: Array
    left_reason: Array

    def __len__(self) -> int:
        return len(self.household)

    def append(self, newcomers: People) -> None:
        """Add people at the end; the positions of the others stay as they are."""
        for column in fields(self):
            setattr(self, column.name, np.concatenate([getattr(self, column.name), getattr(newcomers, column.name)]))

    @property
    def is_active(self) -> Array:
        """Who lives in the household: neither dead nor gone."""
        return np.isnat(self.left_on)


def day_numbers(days: Array) -> Array:
    """Return dates as whole numbers such as 19870423."""
    months = days.astype("datetime64[M]").astype(np.int64)
    day = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    return (months // 12 + 1970) * 10000 + (months % 12 + 1) * 100 + day


def age_on(births: Array, day: np.datetime64) -> Array:
    """Return ages in full years on a day."""
    return (day_numbers(np.array([day]))[0] - day_numbers(births)) // 10000


def school_day(day: np.datetime64) -> np.datetime64:
    """Return the 31 August on which school age is taken, for the school year to which the day belongs."""
    months = int(day.astype("datetime64[M]").astype(int))
    year = months // 12 + 1970 - (months % 12 < 8)
    return np.datetime64(f"{year}-08-31")


def student_status(people: People, day: np.datetime64) -> Array:
    """Return positions in the code list student_status, -1 for who is not in school."""
    age = age_on(people.birth, school_day(day))
    status = np.full(len(people), NOT_IN_SCHOOL)
    status[age < 3] = BELOW_SCHOOL
    status[(age >= 3) & (age <= 5)] = KINDERGARTEN
    status[(age >= 6) & (age <= 11)] = PRIMARY
    compulsory = (age >= 12) & (age <= 14)
    status[compulsory] = JUNIOR + age[compulsory] - 12
    status[(age == 15) & (people.track == LEAVES_EARLY)] = JUNIOR + 2
    for tracks, first, since, years in (
        ((ONLY_HIGH, TO_UNIVERSITY), HIGH, 15, 3),
        ((ONLY_VOCATIONAL, TO_COLLEGE), VOCATIONAL, 15, 3),
        ((TO_COLLEGE,), COLLEGE, 18, 3),
        ((TO_UNIVERSITY,), UNIVERSITY, 18, 4),
    ):
        rows = np.isin(people.track, tracks) & (age >= since) & (age < since + years)
        status[rows] = first + age[rows] - since
    status[people.is_dropout & (age >= 6)] = NOT_IN_SCHOOL
    return status


def health(people: People, rows: Array) -> Array:
    """Return health in words, several with a comma; 残疾 for who holds a certificate in force."""
    certified = (people.disability_grade[rows] > 0) & (people.certificate_status[rows] == 0)
    words = np.where(people.is_chronic[rows], ",长期慢性病", "").astype(object)
    words = (
        words
        + np.where(people.is_serious[rows], ",患有大病", "").astype(object)
        + np.where(certified, ",残疾", "").astype(object)
    )
    return texts([word[1:] or "健康" for word in words.tolist()])
