"""What the environment says: every ``FANGFANPIN_*`` variable, its type and what holds without it.

What belongs here: variables of this program. What does not: facts of the county (``config/``), variables of Dagster and dbt.
They are read whenever somebody asks, because a command names its installation to its children through them. What may be a
secret is a ``SecretStr``: it shows in no message, log or representation.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestration.foundation.config_error import ConfigError

PREFIX = "FANGFANPIN_"
RAW_VARIABLE = f"{PREFIX}RAW"
MARTS_VARIABLE = f"{PREFIX}MARTS"
STATE_VARIABLE = f"{PREFIX}STATE"
# Where it is set, Dagster keeps its history in that PostgreSQL database; its value is never written anywhere.
POSTGRES_VARIABLE = f"{PREFIX}DAGSTER_POSTGRES_URL"
# The work database of the process that calls dbt, for dbt's profile; set by the program, never by hand.
WAREHOUSE_VARIABLE = f"{PREFIX}WAREHOUSE"
CACHE_VARIABLE = f"{PREFIX}CACHE"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
# What computes the models: the work database itself, or Spark (docs/scaling.md).
ENGINE_VARIABLE = f"{PREFIX}ENGINE"
Engine = Literal["duckdb", "spark"]
PAGE_TOKEN_VARIABLE = f"{PREFIX}PAGE_TOKEN"
_SHORTEST_SECRET = 32


class Settings(BaseSettings):
    """The environment of a process; a variable that is set to nothing counts as not set.

    Attributes:
        raw: folder of deliveries.
        marts: folder of publications.
        state: folder of the installation's own files.
        config: folder that a county lays over ``config/`` (``overlay``).
        cache: where a program that is installed read-only keeps what it has worked out of itself.
        dagster_postgres_url: database of Dagster's history.
        smtp_host: mail server; without it no mail is sent.
        mail_to: mail address by recipient, ``code=address`` separated by commas.
        webhook: address that is sent each message as JSON.
        sheet_password_file: holds the password that protects what is not to be filled in of workbooks; without it anybody may
            lift the protection.
        key_file: holds the key of the tokens in the analysts' edition; without it a file in the state folder does.
        analysts: folder of the analysts' edition, for a group of its own; without it the edition is beside ``current.duckdb``.
        engine: what computes the models and runs the queries of rules.
        spark_master: where Spark runs, as Spark names it; not looked at where ``spark-submit`` has begun the driver.
        spark_memory: memory of Spark's driver, as Java names it; not looked at either.
        spark_partitions: into how many parts Spark cuts what it joins and groups.
        page_secret_file: holds the secret that the proxy before Dagster's page sends with the name of who is logged in;
            without it the page is read-only for everybody.
        page_hosts: names under which a proxy serves the page, separated by commas, besides this machine's own.
        page_token: of the page that ``fangfanpin dev --act`` opens; set by the program, never by hand.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    raw: Path | None = None
    marts: Path | None = None
    state: Path | None = None
    config: Path | None = None
    cache: Path | None = None
    dagster_postgres_url: SecretStr | None = None
    smtp_host: str | None = None
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    mail_from: str = ""
    mail_to: SecretStr = SecretStr("")
    webhook: SecretStr | None = None
    sheet_password_file: Path | None = None
    key_file: Path | None = None
    analysts: Path | None = None
    engine: Engine = "duckdb"
    spark_master: str = "local[2]"
    spark_memory: str = "3g"
    spark_partitions: int = Field(default=4, ge=1)
    page_secret_file: Path | None = None
    page_hosts: str = ""
    page_token: SecretStr | None = None

    @property
    def sheet_password(self) -> str:
        """What the first line of ``sheet_password_file`` says, blank without one; ``ConfigError`` where it cannot be read."""
        if self.sheet_password_file is None:
            return ""
        try:
            return self.sheet_password_file.read_text(encoding="utf-8-sig").split("\n")[0].strip()
        except (OSError, UnicodeDecodeError) as error:
            where = f"环境变量 {PREFIX}SHEET_PASSWORD_FILE 指的文件 {self.sheet_password_file}"
            raise ConfigError(f"{where} 读不出来；请检查文件和读取权限，或删去该变量") from error

    @property
    def page_secret(self) -> str | None:
        """What ``page_secret_file`` holds, None without one; ``ConfigError`` where it cannot be used."""
        if self.page_secret_file is None:
            return None
        where = f"环境变量 {PREFIX}PAGE_SECRET_FILE 指的文件 {self.page_secret_file}"
        try:
            mode, secret = self.page_secret_file.stat().st_mode, self.page_secret_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{where} 读不出来；请检查文件和读取权限，或删去该变量（页面就只读）") from error
        if mode & 0o077:
            raise ConfigError(f"{where} 别人也能读，就能冒充任何人；请换一个口令，并 chmod 600")
        if len(secret) < _SHORTEST_SECRET:
            raise ConfigError(f"{where} 里的口令太短；请用 openssl rand -hex 32 生成")
        return secret

    @property
    def page_host_names(self) -> list[str]:
        """Every name under which the page is served."""
        return ["127.0.0.1", "localhost", *filter(None, (name.strip() for name in self.page_hosts.split(",")))]

    @property
    def cache_folder(self) -> Path:
        """``cache``, by default the user's own as the system has it."""
        return self.cache or platformdirs.user_cache_path("fangfanpin", appauthor=False)


def settings() -> Settings:
    """Return what the environment says now; raise ``ConfigError`` that names the variables that say something impossible."""
    return _read(tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith(PREFIX))))


@lru_cache(maxsize=4)
def _read(_variables: tuple[tuple[str, str], ...]) -> Settings:
    """Return the settings of an environment in which these are our variables: a stranger's do not change them."""
    try:
        return Settings()
    except ValidationError as error:
        # what stands in the variable is not told: it may be a password that was put into the wrong one
        names = "、".join(f"{PREFIX}{str(problem['loc'][0]).upper()}" for problem in error.errors())
        raise ConfigError(f"环境变量 {names} 的值不对；请改正，或删去该变量") from None
