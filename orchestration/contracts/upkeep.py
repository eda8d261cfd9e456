"""By what numbers an installation is looked after, and how large the county of ``fangfanpin demo`` is."""

from __future__ import annotations

from pydantic import Field

from orchestration.contracts.yaml_file import Model, parse_laid_over
from orchestration.foundation.months import Month
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.foundation.paths import CONFIG

FILE, DEMO_FILE = "upkeep.yml", "demo.yml"


class UpkeepSettings(Model):
    """``config/upkeep.yml``; an overlay replaces single numbers."""

    free_disk_least_mb: int = Field(ge=0, description="可用磁盘少于这么多 MB 算故障：运行可能中断")
    free_disk_times_installation: float = Field(ge=0, description="可用磁盘少于本系统已用的这么多倍，提请注意")
    run_history_months: int = Field(ge=1, description="运行记录保留几个月")
    dead_run_hours: int = Field(ge=1, description="记录上还在进行、其实已经中断的运行，几小时后标记为失败")


class DemoSettings(Model):
    """``config/demo.yml``: the invented county of ``fangfanpin demo``; an overlay replaces single values."""

    households: int = Field(ge=1, description="户数")
    seed: int = Field(ge=0, description="随机种子；同样的种子得到同样的县")
    first_delivery: Month = Field(description="从哪个月开始有报送")
    first_month: Month = Field(description="从哪个月开始运行")
    last_month: Month = Field(description="运行到哪个月")


@kept_by_overlay
def load_upkeep() -> UpkeepSettings:
    """Return the numbers by which doctor and tidy go; ``ConfigError`` where a file is wrong."""
    return parse_laid_over(UpkeepSettings, CONFIG / FILE, FILE)


@kept_by_overlay
def load_demo() -> DemoSettings:
    """Return size, months and seed of the demonstration's county; ``ConfigError`` where a file is wrong."""
    return parse_laid_over(DemoSettings, CONFIG / DEMO_FILE, DEMO_FILE)
