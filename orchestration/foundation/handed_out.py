"""What the workbooks that are handed out are called, their pages, and the code by which they are known when they come back.

What belongs here: words that ``documents`` writes and ``landing`` recognises. What does not: writing and reading workbooks.
"""

from __future__ import annotations

import re

from orchestration.foundation.months import Month

BOOK, COUNTY_BOOK = "办理工作簿", "总簿"
FRONT, TODO, LEADS, RECEIPTS, EXPLAINED = "首页", "待办", "新发现线索", "上次答复结果", "说明"
# Of the bureau's own workbook.
PROGRESS, REPORTS, WAIVERS = "各单位办理情况", "镇街新发现线索", "豁免将到期"
# Of a department's, on its own delivery.
DELIVERY_RECEIPT, RETURNED, TO_CHECK = "回执", "退回与未读", "请核对人员"
# Of the bureau's, where a version replaces another.
DIFFERENCES = ("重算差异（预警名单）", "重算差异（其他）", "重算差异汇总")
# Nobody fills these in.
READ_ONLY = frozenset(
    {FRONT, RECEIPTS, EXPLAINED, PROGRESS, REPORTS, WAIVERS, DELIVERY_RECEIPT, RETURNED, TO_CHECK, *DIFFERENCES}
)

# Headers of what is known of an item of work; they are no column of a published list and are not read when they come back.
HEAD, VILLAGE, PLACE, PHONE, HELPER = "户主", "村", "镇村", "电话", "帮扶责任人"
CHANGE, LAST_ANSWER, LINE, STATE = "本月变化", "上次答复", "待办行", "办理状态"
WORK_HEADERS = (HEAD, VILLAGE, PLACE, PHONE, HELPER, CHANGE, LAST_ANSWER, LINE, STATE)

BATCH = re.compile(r"fangfanpin/(20[0-9]{2}-(?:0[1-9]|1[0-2]))/v([0-9]+)/([^/]+)")


def batch_code(month: Month, version: int, recipient: str) -> str:
    """Return the code that ``BATCH`` reads; the recipient is the name of a town or the code of a department."""
    return f"fangfanpin/{month}/v{version:02d}/{recipient}"
