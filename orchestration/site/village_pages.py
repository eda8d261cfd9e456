"""The page of a village: who lives there in the order of what is asked, each household, the files that they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchestration.contracts import ExtractContract, load_extracts
from orchestration.contracts.policy_applications import load_policy_applications
from orchestration.documents.allotment import ASKED
from orchestration.explanations.belonging import INCOMES
from orchestration.site.content import SiteContent
from orchestration.site.household_facts import CountyFacts, HouseholdFacts, SourceFile
from orchestration.site.household_section import Sections, attribute, urgency
from orchestration.site.places import Village, rows_page, town_page
from orchestration.site.readers import Reader
from orchestration.site.shell import Shell, table, text

IN_PERSON = "医疗、残疾、贷款等事项不上墙，由帮扶责任人当面说明。"
_NO_VILLAGE = "没有填写行政村的户"
_EXPLAINED = (
    "先列预警户，再列有逾期、有待办的户。收入按月从前到后，同一项连续几个月金额相同的并在一起（×3 是连续3个月）；"
    "“未录”是没有填写，不是零。点户主后打印，只打这一户：正面是明白卡，背面是其余内容，背面不上墙。"
    "来源写明每户所依据的每个文件和行：3:120 是文件3第120行，文件见页末。"
)


def village_name(village: Village) -> str:
    """Return what a village is called."""
    return village.name or _NO_VILLAGE


def village_pages(content: SiteContent, facts: CountyFacts) -> Iterator[tuple[str, str]]:
    """Yield address and text of every village's page."""
    contracts = load_extracts()
    incomes = {column.name: column.header for column in contracts[INCOMES].columns if column.type == "money"}
    replaced = content.comparison.replaced if content.comparison else None
    sections = Sections(content.facts, content.edition.month, facts.lines, content.parameters, incomes, facts.rules, replaced)
    households: dict[Village, list[HouseholdFacts]] = {village: [] for village in content.places.villages}
    for household_id, village in content.places.of_household.items():
        households[village].append(facts.households[household_id])
    applied = _how_to_apply(content)
    for village, ones in households.items():
        shell = Shell(content.facts, content.edition, Reader("town", village.town))
        ones.sort(key=urgency)
        body = _body(sections, ones, facts.files.get(village.page, ()), contracts)
        ways = [(village.town, town_page(village.town)), ("清单", rows_page(village.town))]
        place = f"{village.town}{village_name(village)}"
        printed = {"front": f"明白卡　{place}　{content.edition.month_words}", "apply": applied}
        yield village.page, shell.page(village.page, place, body, ways, is_searched=True, printed=printed)


def _how_to_apply(content: SiteContent) -> str:
    """Return how to apply for every policy, as the front of a household's printed sheet says it."""
    labels = content.facts.labels
    lines = (f"{labels.label('policy', policy)}：{one.how}。" for policy, one in load_policy_applications().items())
    return "\n".join(["怎样申请、咨询", *lines, "", IN_PERSON, content.facts.bureau])


def _body(
    sections: Sections, households: Sequence[HouseholdFacts], files: Sequence[SourceFile], contracts: dict[str, ExtractContract]
) -> str:
    lines = []
    for household in households:
        row = household.row
        states = [item["state"] for item in household.items]
        asked, overdue = sum(state in ASKED for state in states), states.count("overdue")
        problems = sum(problem["status"] == "open" for problem in household.problems)
        lines.append(
            f"<tr data-of><td><a href=#{attribute(row['household_id'])}>{text(row['head_name']) or '户主未填'}</a>"
            f"<td>{sections.level(household.warning) if household.warning else ''}"
            f"<td>{asked or ''}<td>{f'<b class=red>{overdue}</b>' if overdue else ''}<td>{problems or ''}"
        )
    contents = (
        f"<table class=c><thead><tr><th>户主<th>预警<th>待办<th>其中逾期<th>数据问题</thead><tbody>{''.join(lines)}</table>"
    )
    return (
        f"<p class=note>共{len(households)}户。{_EXPLAINED}</p>{contents}"
        + "".join(sections.section(household) for household in households)
        + _files(files, contracts)
    )


def _files(files: Sequence[SourceFile], contracts: dict[str, ExtractContract]) -> str:
    if not files:
        return ""
    rows = (
        (
            f"{one.number}",
            text(contracts[one.extract].title),
            one.delivery,
            text(one.file) + (f"（{text(one.sheet)}）" if one.sheet else ""),
        )
        for one in files
    )
    return "<h2>文件</h2>" + table(("文件号", "名册", "报送月份", "报送文件夹中的文件"), rows)
