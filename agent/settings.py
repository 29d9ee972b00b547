"""Settings: the one place that reads the environment; everything else gets its values handed down."""

from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from tools.errors import UnusableInput


class Settings(BaseSettings):
    """What a bank sets, by environment variables with the prefix AMENDS_."""

    model_config = SettingsConfigDict(env_prefix="AMENDS_", extra="ignore", frozen=True)

    store: Path = Path("var/amends")
    """Folder of the default store (SQLite and search index)."""
    store_url: str | None = None
    """Database URL instead of the folder, e.g. "postgresql+psycopg://amends@localhost/amends"."""
    xsd_dir: Path | None = None
    """Folder of official schemas; every drafted message is then validated against its own."""
    our_bics: tuple[str, ...] = ()
    """Our agents, for messages that come without a scenario: BIC8, BIC11 or SYSTEM:MEMBER, as a JSON list."""
    limits: dict[str, Decimal] = Field(
        default_factory=lambda: {"EUR": Decimal(10_000), "GBP": Decimal(8_500), "USD": Decimal(11_000)}
    )
    """From which amount on two persons sign, per currency, as a JSON object."""
    own_rules: Path | None = None
    """Folder of the bank's own rule documents."""
    webhook_url: str | None = None
    """Where approved messages are posted; without it they are written to the folder `outbox` of the store."""
    webhook_secret: str | None = Field(default=None, repr=False)
    """Key of the HMAC signature on webhook deliveries."""
    mlflow_uri: str | None = None
    """Address of an MLflow server that keeps the registry of fraud models; without it, a file in the store."""
    mt_only: tuple[str, ...] = ()
    """Counterparties that take MT messages alone, as a JSON list of BICs."""


@cache
def settings() -> Settings:
    """Return the settings of this process, read once; a value that cannot be read is one sentence that names it."""
    try:
        return Settings()
    except (SettingsError, ValidationError) as wrong:
        raise UnusableInput(f"The settings cannot be read: {_named(wrong)}", where="settings") from None


def _named(wrong: Exception) -> str:
    if isinstance(wrong, ValidationError):
        first = wrong.errors()[0]
        return f"AMENDS_{'_'.join(map(str, first['loc'])).upper()} is not usable: {first['msg']}."
    return f"{wrong}; write lists and tables as JSON, e.g. AMENDS_OUR_BICS='[\"WRENGB2L\"]'."
