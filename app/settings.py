"""The service's configuration: one frozen object, read once from the environment; no secret has a default."""

from ipaddress import ip_network
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class DatabaseSettings(BaseSettings):
    """What the worker needs, and the service besides. Every fault is reported at once, and never with its value."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    database_url: SecretStr = Field(description="postgresql:// address, as the role of the process itself")

    @field_validator("database_url")
    @classmethod
    def database_is_postgresql(cls, value: SecretStr) -> SecretStr:
        """Only PostgreSQL: the walls (row-level security) exist nowhere else."""
        if not value.get_secret_value().startswith("postgresql://"):
            raise ValueError("moet een adres zijn dat met postgresql:// begint")
        return value


class Settings(DatabaseSettings):
    """What the service needs."""

    # Whether plain http to an issuer on this machine is fine. A class attribute, so that no environment can set
    # it: only the demo's own subclass, which the production commands never build, says yes.
    loopback_issuer: ClassVar[bool] = False

    oidc_issuer: str = Field(description="The OpenID provider whose access tokens are accepted; https")
    oidc_audience: str = Field(min_length=1, description="The audience that a token must name: this service")
    public_url: str = Field(default="http://127.0.0.1:8000", description="Where clients reach the service, without /v1")
    pool_size: int = Field(default=8, ge=1, le=100, description="Connections to the database for each process")

    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Addresses and networks of the proxy whose X-Forwarded-For is believed, with commas; no other is",
    )
    rate_limit: int = Field(
        default=600, ge=0, description="Requests a minute for each caller, in each process; 0 is no limit"
    )
    rate_limit_sensitive: int = Field(
        default=30, ge=0, description="The same, for searching a child and for redeeming a code, where guessing pays"
    )
    rate_limit_anonymous: int = Field(
        default=120, ge=0, description="The same, for each address without a valid token, and for the documentation"
    )

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def proxies_are_named_one_by_one(cls, value: object) -> object:
        """Addresses or networks; never everybody, or each caller could say where he or she comes from."""
        if not isinstance(value, str):
            return value
        try:
            networks = [ip_network(each.strip()) for each in value.split(",") if each.strip()]
        except ValueError:
            raise ValueError("moet uit adressen of netwerken bestaan, met komma's") from None
        if any(not each.prefixlen for each in networks):
            raise ValueError("mag niet iedereen vertrouwen")
        return [str(each) for each in networks]

    @field_validator("oidc_issuer")
    @classmethod
    def issuer_is_trusted(cls, value: str) -> str:
        """The provider is reached over https; plain http only on the loopback of the demo."""
        address = urlsplit(value)
        if address.scheme == "https" and address.hostname:
            return value
        if cls.loopback_issuer and address.scheme == "http" and address.hostname in LOOPBACK:
            return value
        raise ValueError("moet een https://-adres zijn (http mag alleen in de demo, op deze machine)")

    @field_validator("public_url")
    @classmethod
    def public_url_is_a_base(cls, value: str) -> str:
        """Paths are put behind it: so no slash, query or fragment at its end."""
        address = urlsplit(value)
        if (
            address.scheme not in {"http", "https"}
            or not address.hostname
            or value.endswith("/")
            or {"?", "#"} & {*value}
        ):
            raise ValueError("moet een http(s)://-adres zijn zonder schuine streep aan het eind")
        return value


class LoopbackSettings(Settings):
    """For the demo and the tests: the issuer may be a provider on this machine, over plain http; nobody is slowed."""

    loopback_issuer: ClassVar[bool] = True
    rate_limit: int = 1_000_000
    rate_limit_sensitive: int = 1_000_000
    rate_limit_anonymous: int = 1_000_000
