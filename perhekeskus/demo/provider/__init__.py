"""A demo identity provider: the Finnish trust network's OpenID Connect profile spoken in full, with invented people.

A process of its own beside the web server, in demo mode and in tests only; it imports no Django and knows nothing of
the platform but the profile. Whoever comes chooses a person and a level, may cancel, may let it misbehave (`faults`).

    GET  /.well-known/openid-configuration   what it can do
    GET  /jwks                               its keys: one to check its signatures, one to encrypt to it
    GET  /authorize?client_id=…&request=…    a signed request object (RS256), checked with the client's published keys
    GET  /choose/ID, POST /choose/ID         the page on which a person is chosen
    POST /token                              private_key_jwt, code and code_verifier in; an encrypted ID token out
    GET  /control, POST /control             for tests, with a secret given at the start; without it there is none

    DEMO_MODE=1 python -m perhekeskus.demo.provider --port 8001
"""
