"""Metres of the Finnish map grid (ETRS-TM35FIN, EPSG:3067) into degrees (WGS 84, which ETRS89 equals within a metre).

The formulas are Krüger's, as the public-sector recommendation JHS 197 (annex 3, "projektiokaavat") gives them: series
of the third flattening n to its fourth power, exact to a fraction of a millimetre all over Finland. A library for it
would weigh tens of megabytes more than these lines.
"""

from math import asin, asinh, atan, atanh, cos, cosh, degrees, isfinite, radians, sin, sinh, sqrt, tan, tanh

SEMI_MAJOR = 6_378_137.0  # GRS 80
FLATTENING = 1 / 298.257222101
SCALE = 0.9996  # on the central meridian
CENTRAL_MERIDIAN = radians(27)
FALSE_EASTING = 500_000.0

_N = FLATTENING / (2 - FLATTENING)
_RADIUS = SEMI_MAJOR / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_ECCENTRICITY = sqrt(2 * FLATTENING - FLATTENING**2)
_INVERSE = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)
# What Finland fits into, Åland and the sea between included.
NORTHINGS = (6_590_000.0, 7_780_000.0)
EASTINGS = (50_000.0, 740_000.0)


class OutsideFinland(ValueError):
    """Not a place in Finland, so these are not such metres."""


def to_degrees(northing: float, easting: float) -> tuple[float, float]:
    """(latitude, longitude). Raises OutsideFinland."""
    if not (isfinite(northing) and isfinite(easting)):
        raise OutsideFinland
    if not (NORTHINGS[0] <= northing <= NORTHINGS[1] and EASTINGS[0] <= easting <= EASTINGS[1]):
        raise OutsideFinland
    xi = northing / (_RADIUS * SCALE)
    eta = (easting - FALSE_EASTING) / (_RADIUS * SCALE)
    xi_sphere, eta_sphere = xi, eta
    for order, factor in enumerate(_INVERSE, start=1):
        xi_sphere -= factor * sin(2 * order * xi) * cosh(2 * order * eta)
        eta_sphere -= factor * cos(2 * order * xi) * sinh(2 * order * eta)
    latitude_sphere = asin(sin(xi_sphere) / cosh(eta_sphere))
    longitude = CENTRAL_MERIDIAN + asin(tanh(eta_sphere) / cos(latitude_sphere))
    conformal = asinh(tan(latitude_sphere))
    isometric = conformal
    for _round in range(5):  # each gains more than two digits
        isometric = conformal + _ECCENTRICITY * atanh(_ECCENTRICITY * tanh(isometric))
    return degrees(atan(sinh(isometric))), degrees(longitude)
