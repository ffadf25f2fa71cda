"""openapi/openapi.json: the contract as it is served, so that a change of it shows up in review.

`python -m app.contract_document > openapi/openapi.json` writes it; a test holds the file equal to the service.
"""

import json
import sys
from pathlib import Path

from app.api.contract import derived
from app.main import routed

FROZEN = Path(__file__).parents[1] / "openapi" / "openapi.json"


def text() -> str:
    """The contract as JSON text, indented and ending in a newline; the order is that of the code."""
    return json.dumps(derived(routed()), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
