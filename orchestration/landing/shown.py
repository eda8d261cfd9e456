"""What of a file may be repeated in a message: headers, names of sheets and of files (rules.md §12).

What belongs here: whether a text can hold nothing personal. What does not: messages.
Names of people have no shape by which they could be told from other words. So only what is made up of the words of headers is
repeated; for everything else its place must do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from orchestration.contracts import list_labels, load_county, load_extracts, load_marts
from orchestration.foundation.handed_out import WORK_HEADERS
from orchestration.foundation.months import LAST_MONTH
from orchestration.foundation.overlay import kept_by_overlay

_LONGEST = 20
# More would be a page of data taken for a header.
MOST_SHOWN = 8
_SEVERAL_DIGITS = re.compile(r"[0-9]{5,}|[〇零一二三四五六七八九]{3,}")
_MANY_DIGITS = re.compile(r"[0-9](?:[-\s]?[0-9]){9,}[0-9Xx]")

# Words of the headers and sheets that offices add of their own accord, beside those of the contracts.
_WORDS = re.findall(
    r"\S+",
    """
    民族 科室 班级 公民 身份 号码 手机 电话 联系 方式 住址 地址 家庭 籍贯 户籍 政治 面貌 婚姻 状况 学历 专业 职业 职务
    工作 单位 部门 开户 账号 账户 卡号 备注 说明 意见 核查 审核 核对 填报 填表 时间 日期 地点 面积 数量 单价 总价 合计
    小计 总计 平均 人均 标准 比例 排名 序号 编码 编号 代码 名称 类别 类型 等级 程度 原因 理由 情况 结果 进度 状态 来源
    去向 渠道 方法 措施 项目 资金 金额 支出 收入 补助 补贴 救助 低保 五保 特困 医疗 教育 住房 饮水 就业 务工 产业 培训
    学校 年级 班主任 监护人 成员 关系 性别 年龄 出生 年份 月份 季度 是否 有无 享受 参加 达标 合格 完成 预警 监测 帮扶
    干部 责任 负责人 经办人 联系人 邮箱 微信 照片 附件 签字 签名 盖章 证书 许可 合同 协议 发票 凭证 批次 文号 文件 表格
    数据 名册 名单 台账 汇总 明细 清单 花名册 信息 统计 月报 季报 年报 分表 总表 附表 字典 封面 目录 须知 模板 样表
    工作表 首页 待办 其他 全部 本月 上月 本年 新增 减少 变更 变动 导出 查询 发放 记录 农房 核实 整改 反馈 扶贫 两项 持证 残疾人
    sheet data table id no qq name phone sex age date month remark code type
    """,
)
_BETWEEN = frozenset(
    "年月日季期元度县镇乡村组省市区街道校班级第次类别款费表册总计共本上下前后新旧原现各数额率量值号名户人一二三四五六七八九十又及或和与的"
)
_SIGNS = frozenset("0123456789()[]_-/、%+.·")


def shown_header(text: str) -> str | None:
    """Return a header as it may be repeated, None where it could be anything."""
    return text if _is_wording(text) else None


def shown_sheet(name: str, number: int) -> str:
    """Return the name of a sheet, or which one it is, counted from 1."""
    return name if len(name) == 1 or _is_wording(re.sub(r"\s", "", name)) else f"第{number}张"


def shown_file(name: str) -> str:
    """Return the name of a file without the documents and telephone numbers in it."""
    return _MANY_DIGITS.sub("…", name)


def shown_list(names: Sequence[str]) -> str:
    """Return the first few of some names, and how many there are when that are not all."""
    more = f"等 {len(names)} 列" if len(names) > MOST_SHOWN else ""
    return "、".join(names[:MOST_SHOWN]) + more


def _is_wording(text: str) -> bool:
    """Return whether a text can be cut into words of headers, single characters and a few digits between them."""
    text = unicodedata.normalize("NFKC", text).lower()
    if not 0 < len(text) <= _LONGEST or _SEVERAL_DIGITS.search(text):
        return False
    # for each position whether the text before it can be cut up: no, yes, yes and with a word
    reached = [1, *[0] * len(text)]
    for start, character in enumerate(text):
        if not reached[start]:
            continue
        if character in _BETWEEN or character in _SIGNS:
            reached[start + 1] = max(reached[start + 1], reached[start])
        for end in range(start + 2, len(text) + 1):
            if text[start:end] in _words():
                reached[end] = 2
    return reached[-1] == 2


@kept_by_overlay
def _words() -> frozenset[str]:
    """Return the words of headers and titles, and every piece of those of the contracts that could be one."""
    known = {name for town in load_county().towns for name in (town.name, *town.aliases)}
    known.update(list_labels(), WORK_HEADERS, (mart.title for mart in load_marts().values()))
    for contract in load_extracts().values():
        known.update([contract.title, *contract.list_headers])
        known.update(header for column in contract.columns for header in column.headers_in(LAST_MONTH))
    texts = [unicodedata.normalize("NFKC", text).lower() for text in known]
    pieces = (text[start:end] for text in texts for start in range(len(text)) for end in range(start + 2, len(text) + 1))
    return frozenset([*pieces, *_WORDS])
