"""What types of columns are called in Chinese: those of extracts and of published lists."""

from __future__ import annotations

TYPE_WORDS = {
    "text": "文本",
    "person_name": "姓名",
    "id": "证件号码",
    "code": "代码",
    "date": "日期",
    "month": "年月",
    "money": "金额（元）",
    "integer": "整数",
    "flag": "是/否",
    "boolean": "是/否",
    "ratio": "比例",
    "figure": "数值",
    "text_list": "多个文本",
    "time": "时间",
}
