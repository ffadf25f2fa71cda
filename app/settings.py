"""The service's configuration: one frozen object, read once from the environment; no secret has a default."""

from typing import ClassVar, Self
from urllib.parse import urlsplit

from pydantic import Field, PostgresDsn, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Settings(BaseSettings):
    """What an operator sets. Every fault is reported at once, at start, by pydantic's own error."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    # Whether plain http to an issuer on this machine is fine. A class attribute, so that no environment can set
    # it: only the demo's own subclass, which the production commands never build, says yes.
    loopback_issuer: ClassVar[bool] = False

    database_url: SecretStr = Field(description="postgresql:// address, as the API's own role")
    oidc_issuer: str = Field(description="The OpenID provider whose access tokens are accepted; https")
    oidc_audience: str = Field(description="The audience that a token must name: this service")
    public_url: str = Field(default="http://127.0.0.1:8000", description="Where clients reach the service, without /v1")
    pool_size: int = Field(default=8, ge=1, le=100, description="Connections to the database for each process")

    @field_validator("database_url")
    @classmethod
    def database_is_postgresql(cls, value: SecretStr) -> SecretStr:
        """Only PostgreSQL: the walls (row-level security) exist nowhere else."""
        PostgresDsn(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def issuer_is_trusted(self) -> Self:
        """The provider is reached over https; plain http only on the loopback of the demo."""
        address = urlsplit(self.oidc_issuer)
        if address.scheme == "https" and address.hostname:
            return self
        if self.loopback_issuer and address.scheme == "http" and address.hostname in LOOPBACK:
            return self
        msg = "OIDC_ISSUER must be an https:// address (plain http is for the demo on this machine only)"
        raise ValueError(msg)


class LoopbackSettings(Settings):
    """For the demo and the tests: the issuer may be a provider on this machine, over plain http."""

    loopback_issuer: ClassVar[bool] = True
