"""What the house is made of, as pyproject.toml says it."""

import tomllib
from pathlib import Path

LINTER = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["importlinter"]
PACKAGES = tuple(LINTER["root_packages"])
CONTRACTS = LINTER["contracts"]
