"""Where things are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDONS = ROOT / "addons"
CONF = ROOT / "odoo.conf"

RUNTIME = ROOT / ".runtime"
LOGS = RUNTIME / "log"
STAMPS = RUNTIME / "stamps"
ODOO = RUNTIME / "odoo"
VENV = RUNTIME / "venv"
DATA = RUNTIME / "data"
LINT = RUNTIME / "lint"

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cocare"
