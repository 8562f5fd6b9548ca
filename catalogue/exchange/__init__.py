"""Many services at once: out as a table or JSON, and in again after a look at what would change."""

from catalogue.exchange.columns import as_csv, as_json
from catalogue.exchange.loading import load
from catalogue.exchange.planning import Plan, Planned, plan
from catalogue.exchange.reading import Unreadable, read

__all__ = ["Plan", "Planned", "Unreadable", "as_csv", "as_json", "load", "plan", "read"]
