"""The manual names what is really served."""

import re

from app.settings import Settings, lookalikes
from app.watch.metrics import PREFIX, REGISTRY
from tests.conftest import ROOT

OPERATE = (ROOT / "docs" / "operate.md").read_text()
SUFFIX = {"counter": "_total", "info": "_info"}


def test_the_manual_lists_every_metric_with_its_labels_and_meaning() -> None:
    section = OPERATE.split("## Metrics")[1].split("\n\n| Alert")[0]
    listed = {
        name: (set(re.findall(r"`(\w+)`", labels)), meaning)
        for name, labels, meaning in re.findall(r"^\| `(\w+)` \| (.*?) ?\| (.+) \|$", section, re.MULTILINE)
    }
    served = {}
    for family in REGISTRY.collect():
        if family.name.startswith("process_"):
            continue
        name = family.name.removeprefix(PREFIX) + SUFFIX.get(family.type, "")
        served[name] = family.documentation
    assert {name: meaning for name, (_, meaning) in listed.items()} == served
    for family in REGISTRY.collect():
        name = family.name.removeprefix(PREFIX) + SUFFIX.get(family.type, "")
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        assert labels <= listed.get(name, (labels, ""))[0], name


def test_every_metric_that_an_alert_names_is_served() -> None:
    alerts = OPERATE.split("| Alert when")[1].split("\n\n")[0]
    served = {family.name.removeprefix(PREFIX) for family in REGISTRY.collect()}
    named = re.findall(r"`(\w+_(?:seconds|total|count|waiting|limit))\b", alerts)
    assert len(named) > 5
    assert {re.sub(r"_(total|count)$", "", name) for name in named} <= served


def test_a_variable_that_looks_like_a_slip_is_named_and_others_are_left_alone() -> None:
    strangers = {"PATH", "HOME", "DATABASE_PORT", "DATABASE_SERVICE_HOST", "PUBLIC_IP", "POSTGRES_PASSWORD", "TZ"}
    ours = {name.upper() for name in Settings.model_fields} | {"oidc_issuer"}
    assert lookalikes(strangers | ours) == {}
    assert lookalikes({"OIDC_ISUER", "DATABASE_URI", "POOLSIZE", "OIDC_CLIENT_SECRET"}) == {
        "OIDC_ISUER": "OIDC_ISSUER",
        "DATABASE_URI": "DATABASE_URL",
        "POOLSIZE": "POOL_SIZE",
        "OIDC_CLIENT_SECRET": "",
    }
