"""The probabilistic model for what the deterministic steps of matching leave over: training and prediction with Splink.

What belongs here: pure functions from records to a model and from records and a model to probabilities. What does not: which
records are compared (``int_link_records``) and what a probability is good for (``int_linked_choices``).

Splink takes a second to import and works in a database of its own in memory, so it is imported inside functions and only when
there is something to compare. It reads the columns of a table by name alone, so tables have names that nothing else has.
"""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from orchestration.contracts.overlaid import MODEL, config_file

if TYPE_CHECKING:
    from splink import DuckDBAPI

PAIRS = pa.schema(
    [
        ("month", pa.date32()),
        ("identity_id", pa.string()),
        ("person_id", pa.string()),
        ("probability", pa.float64()),
        ("weight", pa.float64()),
        ("is_same_household", pa.bool_()),
        ("is_same_village", pa.bool_()),
        ("model_sha256", pa.string()),
    ]
)

# Of a thousand identities that everything else leaves over, about one is somebody on the roster.
SHARE_ON_ROSTER = 0.001
LEAST_PROBABILITY = 0.01
SEED = 1
PLACES = range(1, 5)

# One of the two numbers is not to be trusted, or the row leads to the member's household.
_DOUBTFUL = "l.month = r.month and (not l.is_usable or not r.is_usable)"
_BLOCKING = (
    f"l.sound_key = r.sound_key and {_DOUBTFUL}",
    f"l.birth_digits = r.birth_digits and substr(l.name, 1, 1) = substr(r.name, 1, 1) and {_DOUBTFUL}",
    "l.household_id = r.household_id and l.month = r.month",
)
_COLUMNS = """
    month || '|' || record_id as unique_id, month, name, sound_key, birth_digits, sex, village, household_id, is_usable,
    rpad(substr(document, 1, 18), 18, '_') as padded, record_id
"""


def predict_in(records: Any, session: Any) -> Any:
    """Return what ``predict`` does, from a table of the engine that runs the models and as one.

    Whichever it is, the probabilities are worked out here, in the process that calls dbt: what is left after all other steps
    of matching is a few rows a county, and Splink on Spark takes tens of times as long for so few. So they are the same, too.

    Args:
        records: ``int_link_records`` as a relation of DuckDB or a data frame of Spark.
        session: DuckDB's connection or Spark's session.
    """
    if hasattr(records, "to_arrow_table"):
        return predict(records.to_arrow_table())
    return session.createDataFrame(predict(records.toArrow()))


def predict(records: pa.Table, path: Path | None = None) -> pa.Table:
    """Return the pairs of identity and member that are not out of the question, with their probabilities.

    Args:
        records: as ``int_link_records``: month, side (``identity``/``member``), record_id and what is compared.
        path: a saved model, by default that of the county in force.

    Returns:
        A table of schema ``PAIRS``, ordered by month, identity and member; without rows when there is nothing to compare.
    """
    with duckdb.connect() as connection:
        identities, members = _register(connection, records)
        if not identities or not members:
            return PAIRS.empty_table()
        from splink import Linker

        content = (path or config_file(MODEL)).read_bytes()
        settings, digest = json.loads(content), hashlib.sha256(content).hexdigest()
        settings["probability_two_random_records_match"] = SHARE_ON_ROSTER / members
        linker = Linker(_tables(connection), settings)
        _be_quiet()
        found = linker.inference.predict(threshold_match_probability=LEAST_PROBABILITY).physical_name
        # Which of the two tables stands left is Splink's business.
        query = f"""
            select
                cast(identities.month as date) as month, identities.record_id as identity_id, members.record_id as person_id,
                match_probability as probability, match_weight as weight,
                coalesce(identities.household_id = members.household_id, false) as is_same_household,
                coalesce(identities.village = members.village, false) as is_same_village, '{digest}' as model_sha256
            from {found} as found
            inner join lk_identities as identities on identities.unique_id in (found.unique_id_l, found.unique_id_r)
            inner join lk_members as members on members.unique_id in (found.unique_id_l, found.unique_id_r)
            order by all
        """
        return connection.sql(query).to_arrow_table().cast(PAIRS)


def train(records: pa.Table, *, pairs_sampled: int = 2_000_000, seed: int = SEED) -> dict[str, Any]:
    """Return a model, as Splink saves it, from identities whose member is known.

    Args:
        records: as for ``predict``, with a column ``label``: the person, equal on both sides; null where unknown.
        pairs_sampled: random pairs from which chance agreement is estimated.
        seed: of the sampling.

    Returns:
        The settings to be written to ``config/linkage_model.json``.
    """
    from splink import Linker

    with duckdb.connect() as connection:
        _register(connection, records, "label")
        linker = Linker(_tables(connection), _settings())
        _be_quiet()
        linker.training.estimate_u_using_random_sampling(max_pairs=pairs_sampled, seed=seed)
        linker.training.estimate_m_from_label_column("label")
        return linker.misc.save_model_to_json()


def training_records(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return what ``train`` needs from a warehouse: identities matched by repair and evidence, some by number, all members.

    Args:
        connection: of a warehouse with one computed month or more; the last one is used.
    """
    return connection.sql(_TRAINING).to_arrow_table()


def save(model: dict[str, Any], path: Path) -> None:
    """Write a model so that two trainings on the same records give the same file."""
    path.write_text(json.dumps(model, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _be_quiet() -> None:
    # Splink sets its own level whenever a linker is made.
    logging.getLogger("splink").setLevel(logging.ERROR)


def _register(connection: duckdb.DuckDBPyConnection, records: pa.Table, *more: str) -> tuple[int, int]:
    connection.execute("set threads to 2")
    connection.register("lk_records", records.set_column(0, "month", records["month"].cast(pa.string())))
    columns = ", ".join([_COLUMNS, *more])
    for table, side in (("lk_identities", "identity"), ("lk_members", "member")):
        connection.execute(f"create table {table} as select {columns} from lk_records where side = '{side}'")
    identities, members = (
        connection.execute(f"select count(*) from {table}").fetchall()[0][0] for table in ("lk_identities", "lk_members")
    )
    return identities, members


def _tables(connection: duckdb.DuckDBPyConnection) -> list[Any]:
    from splink import DuckDBAPI

    api: DuckDBAPI = DuckDBAPI(connection)
    return [
        api.register("lk_identities", dataset_display_name="identities"),
        api.register("lk_members", dataset_display_name="members"),
    ]


def _settings() -> Any:
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons
    from splink import SettingsCreator
    from splink.blocking_rule_library import CustomRule

    apart = " + ".join(f"cast(substr(name_l, {place}, 1) <> substr(name_r, {place}, 1) as integer)" for place in PLACES)
    day_and_month_swapped = (
        "substr(birth_digits_l, 1, 4) = substr(birth_digits_r, 1, 4) "
        "and substr(birth_digits_l, 5, 2) = substr(birth_digits_r, 7, 2) "
        "and substr(birth_digits_l, 7, 2) = substr(birth_digits_r, 5, 2)"
    )

    def compared(column: str, *conditions: str) -> Any:
        missing = levels.CustomLevel(f"{column}_l is null or {column}_r is null", "missing").configure(is_null_level=True)
        rest = [levels.CustomLevel(condition, condition) for condition in conditions]
        return comparisons.CustomComparison(
            output_column_name=column,
            comparison_levels=[missing, levels.ExactMatchLevel(column), *rest, levels.ElseLevel()],
        )

    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            compared(
                "name",
                "sound_key_l = sound_key_r",
                f"length(name_l) = length(name_r) and length(name_l) >= 3 and ({apart}) = 1",
                "substr(name_l, 1, 1) = substr(name_r, 1, 1)",
            ),
            compared(
                "birth_digits",
                f"hamming(birth_digits_l, birth_digits_r) <= 1 or ({day_and_month_swapped})",
                "hamming(birth_digits_l, birth_digits_r) <= 2",
                "substr(birth_digits_l, 1, 4) = substr(birth_digits_r, 1, 4)",
            ),
            compared("sex"),
            compared("village"),
            compared("household_id"),
            compared(
                "padded",
                "hamming(padded_l, padded_r) <= 1 or substr(padded_l, 1, 14) = substr(padded_r, 1, 14)",
                "hamming(padded_l, padded_r) <= 2",
                "hamming(padded_l, padded_r) <= 4",
                "hamming(padded_l, padded_r) <= 7",
            ),
        ],
        blocking_rules_to_generate_predictions=[CustomRule(rule) for rule in _BLOCKING],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )


_TRAINING = """
with last_month as (
    select max(month) as month from intermediate.int_months
),

matched as (
    select choices.identity_id, choices.person, choices.tier
    from intermediate.int_identity_choices as choices
    inner join last_month using (month)
    where choices.persons = 1
    union all
    select evidence.identity_id, evidence.person, 3 as tier
    from intermediate.int_evidence_matches as evidence
    inner join last_month using (month)
),

chosen as (
    select * from matched
    where tier > 1 or hash(identity_id) % 40 = 0
),

first_sounds as (
    select character, min(sound) as sound
    from reference.character_sounds
    group by character
),

names as (
    select name from intermediate.int_identities
    inner join chosen using (identity_id)
    where name is not null
    union
    select bare_name from intermediate.int_roster_members
    where bare_name is not null
),

places as (
    select name, unnest(range(1, length(name) + 1)) as place
    from names
),

sounds as (
    select
        places.name,
        string_agg(coalesce(sound, substr(places.name, place, 1)), ' ' order by place) as sound_key
    from places
    left join first_sounds on substr(places.name, place, 1) = first_sounds.character
    group by places.name
),

villages as (
    select identity_id, min(said) as village
    from intermediate.int_identity_evidence
    where kind = 'village'
    group by identity_id
),

households as (
    select evidence.identity_id, min(members.household_id) as household_id
    from intermediate.int_identity_evidence as evidence
    inner join intermediate.int_roster_members as members on evidence.said = members.person_key
    inner join last_month using (month)
    where evidence.kind = 'household'
    group by evidence.identity_id
)

select
    last_month.month, 'identity' as side, identities.identity_id as record_id, identities.name, sound_key,
    substr(coalesce(identities.person_key, case when length(comparable_document) = 18 then comparable_document end), 7, 8)
        as birth_digits,
    case
        when substr(identities.person_key, 17, 1) in ('1', '3', '5', '7', '9') then '男'
        when identities.person_key is not null then '女'
    end as sex,
    coalesce(identities.person_key, identities.comparable_document) as document, village, household_id,
    identities.person_key is not null as is_usable, chosen.person as label
from chosen
cross join last_month
inner join intermediate.int_identities as identities using (identity_id)
inner join sounds using (name)
left join villages using (identity_id)
left join households using (identity_id)
union all
select
    members.month, 'member' as side, members.person_id as record_id, members.bare_name as name, sound_key,
    coalesce(members.birth_digits, substr(members.person_key, 7, 8)) as birth_digits, members.sex,
    coalesce(members.trusted_key, members.plain_number) as document, coalesce(town, '') || '|' || village as village,
    household_id,
    members.trusted_key is not null as is_usable, members.person as label
from intermediate.int_roster_members as members
inner join last_month using (month)
inner join sounds on members.bare_name = sounds.name
"""
