"""The service's configuration: one frozen object, read once from the environment; no secret has a default."""

import shlex
from collections.abc import Iterable, Mapping
from datetime import time
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, ClassVar, Self
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.domain import choices
from app.domain.assurance import Assurance
from app.domain.policy import Action
from app.domain.retention import overridden
from app.integrations.audit_heads import Signer, SigningCommand, private_key
from app.integrations.keys import KeyCommand, KeyFile, Keys, NoKeys
from app.watch.logs import Layout

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _command(value: str | None) -> str | None:
    """A command as it was set; None for one without a word. Raises ValueError."""
    try:
        words = shlex.split(value or "")
    except ValueError:
        raise ValueError("heeft aanhalingstekens die niet sluiten") from None
    return value if words else None


class DatabaseSettings(BaseSettings):
    """What every command needs. Every fault is reported at once, and never with its value."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    database_url: SecretStr = Field(description="postgresql:// address, as the role of the process itself")
    routes_folder: Path | None = Field(
        default=None,
        description="A folder with routes of your own, `<key>.<version>.toml`, beside those that are shipped",
    )
    log_format: Layout | None = Field(
        default=None, description="`json` or `text`; without it: `text` on a terminal, otherwise `json`"
    )

    destruction_register: Path | None = Field(
        default=None,
        description="The file, outside the database, with what was destroyed; required to destroy, and after a restore",
    )
    audit_signing_key: Path | None = Field(
        default=None,
        description="A file with the key that signs the heads of the audit and the certificates of destruction"
        " (Ed25519, PEM); never on the database's machine",
    )
    audit_signing_command: str | None = Field(
        default=None,
        description="Instead of that file: a command that lets a key service sign, with its arguments; no shell",
    )
    audit_signing_seconds: float = Field(
        default=5, gt=0, le=60, description="Seconds that this command may take; after that it is ended"
    )
    audit_public_keys: Path | None = Field(
        default=None,
        description="A file with the public keys whose signatures count, one after another, for verify-audit and"
        " verify-certificates",
    )
    retention_terms: Annotated[list[str], NoDecode] = Field(
        default=[], description="Other terms than docs/retention.md names, with commas: `leerlingdossier=3 jaar`"
    )

    @field_validator("retention_terms", mode="before")
    @classmethod
    def terms_are_of_known_classes(cls, value: object) -> object:
        """A class, a number and a unit each; every one that is not is named."""
        if not isinstance(value, str):
            return value
        lines = [each.strip() for each in value.split(",") if each.strip()]
        overridden(lines)
        return lines

    @field_validator("audit_signing_command")
    @classmethod
    def signing_command_can_be_split(cls, value: str | None) -> str | None:
        """Words as a shell would split them; nothing in it is expanded."""
        return _command(value)

    @model_validator(mode="after")
    def one_signer(self) -> Self:
        """Two keys would not tell which of them signs."""
        if self.audit_signing_key is not None and self.audit_signing_command is not None:
            raise ValueError("AUDIT_SIGNING_KEY en AUDIT_SIGNING_COMMAND gaan niet samen: kies er een")
        return self

    @field_validator("database_url")
    @classmethod
    def database_is_postgresql(cls, value: SecretStr) -> SecretStr:
        """Only PostgreSQL: the walls (row-level security) exist nowhere else."""
        if not value.get_secret_value().startswith("postgresql://"):
            raise ValueError("moet een adres zijn dat met postgresql:// begint")
        try:
            conninfo_to_dict(value.get_secret_value())
        except psycopg.ProgrammingError:
            raise ValueError("is geen geldig adres: codeer bijzondere tekens in het wachtwoord (%40 voor @)") from None
        return value


class ProcessSettings(DatabaseSettings):
    """What the worker needs, and the service besides."""

    metrics_port: int = Field(
        default=0,
        ge=0,
        le=65000,
        description="Where Prometheus finds the numbers; each next process one higher; 0: nowhere",
    )
    metrics_host: str = Field(
        default="127.0.0.1", min_length=1, description="The address of that port; never one that the outside can reach"
    )
    working_hours_from: time = Field(
        default=time(8), description="From when on a working day people may be reminded of terms; Dutch time"
    )
    working_hours_until: time = Field(default=time(18), description="Until when; Dutch time")
    audit_heads: str | None = Field(
        default=None,
        description="Where the heads of the audit are written outside the database: a file, or an https folder of an"
        " object store",
    )
    audit_heads_authorization: SecretStr | None = Field(
        default=None, description="What that store wants as `Authorization`"
    )
    audit_heads_every: int = Field(
        default=300, ge=10, le=86400, description="Seconds between two heads of one chain at least"
    )
    logboek_url: str | None = Field(
        default=None, description="Where the Logboek Dataverwerkingen takes records: OTLP over https, with /v1/traces"
    )
    logboek_authorization: SecretStr | None = Field(default=None, description="What it wants as `Authorization`")
    logboek_pseudonym_key: Path | None = Field(
        default=None, description="A file with the key of the pseudonyms of children in it, 32 bytes at least"
    )
    logboek_register: str = Field(
        default="urn:ondersteuningsroute:verwerkingsactiviteit:",
        description="The URI of the register of processing activities, before the key of an activity",
    )
    stop_grace: int = Field(
        default=20, ge=1, le=600, description="Seconds that what runs may still take when told to stop"
    )

    @field_validator("logboek_url")
    @classmethod
    def logboek_is_told_over_https(cls, value: str | None) -> str | None:
        """The standard asks for TLS."""
        if value is not None and not value.startswith("https://"):
            raise ValueError("moet een https://-adres zijn")
        return value

    @field_validator("audit_heads")
    @classmethod
    def heads_go_to_a_file_or_over_https(cls, value: str | None) -> str | None:
        """A path, or an address whose owner is known by its certificate."""
        if value is not None and "://" in value and not value.startswith("https://"):
            raise ValueError("moet een bestand zijn, of een https://-adres")
        return value


class KeySettings(BaseSettings):
    """Where the keys of identity numbers are: in a file, or with a key service that a command asks; or nowhere."""

    number_keys_file: Path | None = Field(
        default=None, description="The file with the keys of BSN and PGN (0600); none: those numbers are not kept here"
    )
    number_keys_command: str | None = Field(
        default=None,
        description="Instead of that file: a command that asks a key service, with its arguments; no shell",
    )
    number_keys_seconds: float = Field(
        default=5, gt=0, le=15, description="Seconds that this command may take; after that it is ended"
    )

    @field_validator("number_keys_command")
    @classmethod
    def command_can_be_split(cls, value: str | None) -> str | None:
        """Words as a shell would split them; nothing in it is expanded."""
        return _command(value)

    @model_validator(mode="after")
    def one_place(self) -> Self:
        """Two places with keys would not tell which of them counts."""
        if self.number_keys_file is not None and self.number_keys_command is not None:
            raise ValueError("NUMBER_KEYS_FILE en NUMBER_KEYS_COMMAND gaan niet samen: kies er een")
        return self


def choices_of(file: Path | None) -> Mapping[str, object]:
    """What this file settles of the questions of law. Raises ValueError with everything that is wrong with it."""
    if file is None:
        return {}
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ValueError("is geen bestand met tekst dat dit proces mag lezen") from None
    return choices.read(text)


def keys_of(settings: KeySettings) -> Keys:
    """Whoever has the keys, as it was set."""
    if settings.number_keys_file is not None:
        return KeyFile(settings.number_keys_file)
    if settings.number_keys_command is not None:
        return KeyCommand(tuple(shlex.split(settings.number_keys_command)), settings.number_keys_seconds)
    return NoKeys()


def signer_of(settings: DatabaseSettings) -> Signer | None:
    """Whoever signs, as it was set; None: nobody. Raises KeyUnusable."""
    if settings.audit_signing_key is not None:
        return private_key(settings.audit_signing_key)
    if settings.audit_signing_command is not None:
        return SigningCommand(tuple(shlex.split(settings.audit_signing_command)), settings.audit_signing_seconds)
    return None


class RotationSettings(KeySettings, DatabaseSettings):
    """What `rotate-keys` needs: the database as its owner, and the keys, which are no choice here."""

    @model_validator(mode="after")
    def some_keys(self) -> Self:
        """Without keys nothing can be brought under others."""
        if self.number_keys_file is None and self.number_keys_command is None:
            raise ValueError("NUMBER_KEYS_FILE of NUMBER_KEYS_COMMAND is nodig")
        return self


class Settings(KeySettings, ProcessSettings):
    """What the service needs."""

    # Whether plain http to an issuer on this machine is fine. A class attribute, so that no environment can set
    # it: only the demo's own subclass, which the production commands never build, says yes.
    loopback_issuer: ClassVar[bool] = False

    oidc_issuer: str = Field(description="The OpenID provider whose access tokens are accepted; https")
    oidc_audience: str = Field(min_length=1, description="The audience that a token must name: this service")
    public_url: str = Field(default="http://127.0.0.1:8000", description="Where clients reach the service, without /v1")
    pool_size: int = Field(default=8, ge=1, le=100, description="Connections to the database for each process")

    emergency_access_hours: int = Field(
        default=3,
        ge=1,
        le=24,
        description="How many hours an access in an emergency lasts; nobody prolongs his or her own",
    )

    legal_choices: Path | None = Field(
        default=None,
        description="A file with what was decided of the questions of law in docs/privacy.md, each a line of TOML:"
        " `maanden_vernietiging = 1`",
    )
    assurance: Annotated[dict[Action, Assurance], NoDecode] = Field(
        default={},
        description=(
            "How sure a login must be, for actions that need another level than the table says (docs/policy.md):"
            " `my-export.read=hoog,plan.approve=laag`"
        ),
    )
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Addresses and networks of the proxy whose X-Forwarded-For is believed, with commas; no other is",
    )
    stop_delay: int = Field(
        default=5, ge=0, le=120, description="Seconds it goes on serving when told to stop, while readiness says so"
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

    @field_validator("legal_choices")
    @classmethod
    def choices_can_be_made(cls, value: Path | None) -> Path | None:
        """A file whose every line is a choice that there is, with a value that it can have; every other is named."""
        choices_of(value)
        return value

    @field_validator("assurance", mode="before")
    @classmethod
    def assurance_names_actions_and_levels(cls, value: object) -> object:
        """Pairs of an action and a level; an action or level that does not exist is a mistake, not nothing."""
        if not isinstance(value, str):
            return value
        settled = {}
        for pair in filter(None, (each.strip() for each in value.split(","))):
            action, _, named = (part.strip() for part in pair.partition("="))
            if action not in list(Action) or named.upper() not in Assurance.__members__:
                raise ValueError("moet uit paren handeling=niveau bestaan; niveaus: geen, laag, substantieel, hoog")
            settled[Action(action)] = Assurance[named.upper()]
        return settled

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


# Names that another program hardly uses. DATABASE_ is none: Kubernetes sets DATABASE_PORT for a service of that name.
_FAMILIES = (
    "OIDC_",
    "RATE_LIMIT",
    "ROUTES_",
    "METRICS_",
    "STOP_",
    "POOL_",
    "NUMBER_KEYS",
    "AUDIT_",
    "LOGBOEK_",
    "LEGAL_",
    "RETENTION_TERM",
    "DESTRUCTION_",
)


def lookalikes(names: Iterable[str], known: type[BaseSettings] = Settings) -> dict[str, str]:
    """Variables that are no setting and were probably meant to be one, with the setting that comes closest, or "".

    Our settings have no prefix of their own, so a variable that is not ours is usually somebody else's and fine.
    """
    ours = [name.upper() for name in known.model_fields]
    found = {}
    for name in sorted({name.upper() for name in names} - {*ours}):
        closest = get_close_matches(name, ours, n=1, cutoff=0.85)
        if closest or name.startswith(_FAMILIES):
            found[name] = closest[0] if closest else ""
    return found
