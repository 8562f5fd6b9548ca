"""National lists that a catalogue cannot do without: classes, target groups, life events; municipalities and counties.

`codes.json`: the lists of the national catalogue (Palvelutietovaranto), published by the Digital and Population Data
Services Agency under CC BY 4.0; keyed by URI, since a notation may stand for two terms. `areas.json`: Statistics
Finland's municipalities and wellbeing services counties (2022), CC BY 4.0; Swedish and English names of municipalities
are not in that list.
"""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def national_list(name: str) -> Any:
    """codes → [{scheme, uri, notation, broader, name}]; areas → {counties: […], municipalities: […]}"""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
