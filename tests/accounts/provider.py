"""The door of a partner, as a process of its own: an OpenID Connect provider that signs in whoever
a test says, and holds to the standard but for what a test has broken in it.

python -m uvicorn tests.accounts.provider:app --port 9000
"""

import secrets
import time
from base64 import b64decode
from urllib.parse import parse_qsl, unquote, urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

CLIENT, SECRET = "essaim", "a secret: with signs"
BACK = "https://essaim.example/connexion/partenaire/bep/retour"
KEYS = {name: RSAKey.generate_key(parameters={"kid": name}) for name in ("one", "two", "foreign")}
who, codes = {"claims": {}, "broken": {}, "key": "one"}, {}


async def say(request):
    """A test says who signs in, and what is broken."""
    who.update({"claims": {}, "broken": {}, "key": "one"} | await request.json())
    return JSONResponse({})


async def describe(request):
    issuer = str(request.base_url).rstrip("/")
    ends = {"authorization": "authorize", "token": "token"}
    found = {f"{name}_endpoint": f"{issuer}/{path}" for name, path in ends.items()}
    return JSONResponse({"issuer": issuer, "jwks_uri": f"{issuer}/keys", **found})


async def keys(request):
    published = [KEYS[name] for name in KEYS if name in ("one", who["key"]) and name != "foreign"]
    return JSONResponse(KeySet(published).as_dict(private=False))


async def authorize(request):
    asked = dict(request.query_params)
    assert asked["response_type"] == "code" and asked["client_id"] == CLIENT
    assert asked["redirect_uri"] == BACK and asked["code_challenge_method"] == "S256"
    assert "openid" in asked["scope"].split() and asked["state"] and asked["nonce"]
    code = secrets.token_urlsafe()
    codes[code] = asked
    back = {"code": code, "state": asked["state"]} | who["broken"].get("back", {})
    return RedirectResponse(f"{BACK}?{urlencode(back)}", 303)


async def token(request):
    form = dict(parse_qsl((await request.body()).decode()))
    kind, _, told = request.headers.get("Authorization", "").partition(" ")
    sent = [unquote(each) for each in b64decode(told).decode().split(":", 1)]
    asked = codes.pop(form["code"], None)
    good = asked and (kind, sent) == ("Basic", [CLIENT, SECRET]) and form["redirect_uri"] == BACK
    if not good or create_s256_code_challenge(form["code_verifier"]) != asked["code_challenge"]:
        return JSONResponse({"error": "invalid_grant"}, 400)
    now, issuer = int(time.time()), str(request.base_url).rstrip("/")
    claims = {"iss": issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
    claims |= who["claims"] | who["broken"].get("claims", {})
    claims = {name: value for name, value in claims.items() if value is not None}
    key = KEYS[who["key"]]
    header = {"alg": "RS256", "kid": who["broken"].get("kid", who["key"])}
    signed = jwt.encode(header, claims, key)
    if who["broken"].get("unsigned"):
        signed = jwt.encode({"alg": "none"}, claims, key, algorithms=["none"])
    return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})


app = Starlette(
    routes=[
        Route("/say", say, methods=["POST"]),
        Route("/.well-known/openid-configuration", describe),
        Route("/keys", keys),
        Route("/authorize", authorize),
        Route("/token", token, methods=["POST"]),
    ]
)
