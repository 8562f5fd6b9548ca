"""The wire format: OpenID Connect as the Finnish trust network profiles it (Traficom's recommendation 213/2023 S).

- authorization code with PKCE S256; all parameters of the request in a signed request object by value (RFC 9101),
  beside which the query repeats only what OpenID Connect wants there: client_id, response_type, scope;
- token endpoint by form, with `private_key_jwt` (RFC 7523), whose audience is the token endpoint;
- ID token: a signed token nested in an encrypted one, each by a key of its own from the other side's key set;
- metadata at `{issuer}/.well-known/openid-configuration`; an authorization response may carry `iss` (RFC 9207).

No Django here: the demo's provider speaks the same format.
"""

from accounts.identification.interface import Level

METADATA_PATH = "/.well-known/openid-configuration"

SIGNATURE = "RS256"
# Key transport and content encryption that an ID token may use; the first of each is what providers send today.
KEY_ENCRYPTION = ("RSA-OAEP", "RSA-OAEP-256")
CONTENT_ENCRYPTION = ("A128CBC-HS256", "A256GCM")

REQUEST_TYPE = "oauth-authz-req+jwt"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

SCOPE = "openid"
# What is asked for, the weakest that will do first: persons with a Finnish code, then those of other EU countries.
ACR_VALUES: dict[str, tuple[str, ...]] = {
    Level.SUBSTANTIAL: (Level.SUBSTANTIAL, Level.HIGH, Level.EIDAS_SUBSTANTIAL, Level.EIDAS_HIGH),
    Level.HIGH: (Level.HIGH, Level.EIDAS_HIGH),
}

# Claims of the ID token.
IDENTITY_CODE = "urn:oid:1.2.246.21"
GIVEN_NAMES = "urn:oid:1.2.246.575.1.14"
FAMILY_NAME = "urn:oid:2.5.4.4"
BIRTH_DATE = "urn:oid:1.3.6.1.5.5.7.9.1"  # YYYY-MM-DD
NON_DISCLOSURE = "urn:oid:1.2.246.517.2002.2.27"  # turvakielto: "1", "true" or true
# Persons of other EU countries bring these instead; nobody of theirs has a Finnish code.
EIDAS_IDENTIFIER = "http://eidas.europa.eu/attributes/naturalperson/PersonIdentifier"
EIDAS_GIVEN_NAMES = "http://eidas.europa.eu/attributes/naturalperson/CurrentGivenName"
EIDAS_FAMILY_NAME = "http://eidas.europa.eu/attributes/naturalperson/CurrentFamilyName"
EIDAS_BIRTH_DATE = "http://eidas.europa.eu/attributes/naturalperson/DateOfBirth"

# Clocks of two machines may differ by so much.
SKEW_SECONDS = 60
REQUEST_SECONDS = 300  # a signed request object and a client assertion live so long
SERVICE_NAME_LENGTH = 40
