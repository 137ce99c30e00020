"""Attacks in the encoding and transport of a token, and in the state of the server."""

from __future__ import annotations

import base64
import re

from tests.attacks.forging import (
    Attack,
    Rows,
    as_json,
    claims,
    deleted,
    disabled,
    each,
    nearly_remembered,
    of_length,
    recoded,
    recoded_payload,
    sent,
    text,
    value,
)

SHAPE: Rows = {
    "nothing": lambda t: "",
    "dots": lambda t: "..",
    "one part": text(lambda token: token.replace(".", "")),
    "no header": text(lambda token: token.partition(".")[2]),
    "four parts": text(lambda token: f"{token}.AA"),
    "an empty fourth part": text(lambda token: f"{token}."),
    "an empty header": text(lambda token: "." + token.partition(".")[2]),
    "an empty payload": text(lambda token: re.sub(r"\..*\.", "..", token)),
    "a detached payload, moved to the end": text(lambda token: re.sub(r"\.(.*)(\..*)", r".\2.\1", token)),
    "encrypted, five parts": lambda t: ".".join([t.token(header={"alg": "dir", "enc": "A128GCM"}), "AAAA", "AAAA"]),
    "padded": text(lambda token: f"{token}="),
    "padded, all parts": text(lambda token: token.replace(".", "=.") + "=="),
    "padded, correctly signed": lambda t: t.sealed(b"=.".join(t.token().encode().split(b".")[:2]) + b"="),
    "another encoding of the signature": text(recoded),
    "another encoding of the payload, correctly signed": recoded_payload,
    "standard base64": text(lambda token: token + "+/"),
    "base64 with a blank inside": text(lambda token: token[:20] + " " + token[20:]),
    "base64 with a tab inside": text(lambda token: token[:20] + "\t" + token[20:]),
    "base64 with a comma inside": text(lambda token: token[:20] + "," + token[20:]),
    "base64 with a tilde inside": text(lambda token: token[:20] + "~" + token[20:]),
    "percent-encoded": text(lambda token: token.replace(".", "%2E")),
    "dots of another alphabet": sent(lambda token: b"Authorization: Bearer " + token.replace(b".", b"\xe3\x80\x82")),
    "in small letters": text(str.lower),
    "backwards": text(lambda token: token[::-1]),
    "twice": text(lambda token: token * 2),
    "in base64 once more": text(lambda token: base64.urlsafe_b64encode(token.encode()).decode()),
    "JSON": lambda t: (b"Authorization: Bearer " + as_json(t, flat=False) + b"\r\n",),
    "flattened JSON": lambda t: (b"Authorization: Bearer " + as_json(t, flat=True) + b"\r\n",),
    "8,193 bytes, correctly signed": of_length(8193),
    "60 KiB": text(lambda token: token + "A" * 60 * 1024),
    "60 KiB of dots": lambda t: "." * 60 * 1024,
    "10,000 small parts": lambda t: "A." * 10_000,
}

TRANSPORT: Rows = {
    "nothing": Attack(lambda t: (b"",), "TOKEN_MISSING"),
    "twice": value(lambda token: b"Bearer %b\r\nAuthorization: Bearer %b" % (token, token)),
    "twice, in other case": value(lambda token: b"Bearer %b\r\nauthorization: Bearer x" % token),
    "twice, the first one empty": value(lambda token: b"\r\nAuthorization: Bearer " + token),
    "twice, Basic first": value(lambda token: b"Basic eDp4\r\nAuthorization: Bearer " + token),
    "two in one": value(lambda token: b"Bearer %b, Bearer %b" % (token, token)),
    "two in one, by blanks": value(lambda token: b"Bearer %b %b" % (token, token)),
    "Basic": value(lambda token: b"Basic " + base64.b64encode(b"user_ada:" + token)),
    **each(
        "",
        (
            b"",
            b"Bearer",
            b"Bearer  ",
            b"Bearer\t",
            b"Bearer \t",
            b"Bearer:",
            b"Bearer: ",
            b"Bearer=",
            b"Bearer,",
            b"Token ",
            b"DPoP ",
            b"JWT ",
            b"Basic ",
            b"Digest ",
            b"Bearer Bearer ",
            b"XBearer ",
            b"Bearers ",
            b"Bear er ",
        ),
        lambda scheme: value(lambda token: scheme + token),
    ),
    "quoted": value(lambda token: b'Bearer "%b"' % token),
    "in angle brackets": value(lambda token: b"Bearer <%b>" % token),
    "as a parameter": value(lambda token: b'Bearer token="%b"' % token),
    "the scheme alone": value(lambda token: b"Bearer"),
    "an empty header": value(lambda token: b""),
    "a blank of another alphabet": value(lambda token: b"Bearer\xc2\xa0" + token),
    "bytes beyond ASCII after it": value(lambda token: b"Bearer " + token + b"\xff"),
    "bytes beyond ASCII alone": value(lambda token: b"\xff\xfe"),
    # granian refuses these before it creates a request.
    "folded": Attack(value(lambda token: b"Bearer\r\n " + token), "400"),
    "folded inside": Attack(value(lambda token: b"Bearer " + token[:30] + b"\r\n\t" + token[30:]), "400"),
    "NUL after it": Attack(value(lambda token: b"Bearer " + token + b"\0"), "400"),
    "a carriage return inside": Attack(value(lambda token: b"Bearer " + token[:30] + b"\r" + token[30:]), "400"),
    "a blank before the colon": Attack(sent(lambda token: b"Authorization : Bearer " + token), "400"),
    "a line end inside": Attack(value(lambda token: b"Bearer " + token[:30] + b"\r\n" + token[30:]), "400"),
    # The server reads a token only from the Authorization header.
    "in the query": Attack(sent(lambda token: b"X: x", b"/api/calls/providers?access_token=%b"), "TOKEN_MISSING"),
    "in the query, as a header": Attack(
        sent(lambda token: b"X: x", b"/api/calls/providers?Authorization=Bearer%20%b"), "TOKEN_MISSING"
    ),
    "in the address": Attack(sent(lambda token: b"X: x", b"http://%b@x/api/calls/providers"), "TOKEN_MISSING"),
    "in a form": Attack(
        sent(
            lambda token: b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d" % (13 + len(token)),
            body=b"access_token=%b",
        ),
        "TOKEN_MISSING",
    ),
    "in a trailer": Attack(
        sent(lambda token: b"Transfer-Encoding: chunked", body=b"0\r\nAuthorization: Bearer %b\r\n\r\n"),
        "TOKEN_MISSING",
    ),
    **each(
        "in ",
        (
            b"X-Authorization",
            b"Proxy-Authorization",
            b"X-Forwarded-Authorization",
            b"Authentication",
            b"WWW-Authenticate",
            b"X-Auth-Token",
            b"X-Access-Token",
            b"Authorization_",
            b"X-Original-Authorization",
        ),
        lambda name: Attack(sent(lambda token: name + b": Bearer " + token), "TOKEN_MISSING"),
    ),
    "in a cookie": Attack(
        sent(lambda token: b"Cookie: Authorization=Bearer %b; access_token=%b" % (token, token)), "TOKEN_MISSING"
    ),
    "claimed by a proxy": Attack(
        sent(lambda token: b"X-Remote-User: user_ada\r\nX-Forwarded-User: user_ada\r\nForwarded: for=127.0.0.1"),
        "TOKEN_MISSING",
    ),
    "another method by a header": Attack(
        sent(lambda token: b"X-HTTP-Method-Override: OPTIONS\r\nX-Original-URL: /livez"), "TOKEN_MISSING"
    ),
}

STATE: Rows = {
    "an unknown user": Attack(claims(sub="user_unknown"), "USER_NOT_FOUND"),
    "a user's id in capitals": Attack(claims(sub="USER_ADA"), "USER_NOT_FOUND"),
    "a user's id as a pattern": Attack(claims(sub="user%"), "USER_NOT_FOUND"),
    "a user's id as SQL": Attack(claims(sub="x'OR'1'='1"), "USER_NOT_FOUND"),
    "a user's id as a path": Attack(claims(sub="../user_ada"), "USER_NOT_FOUND"),
    "a disabled user": Attack(claims(sub="user_cem"), "USER_DISABLED"),
    "a user disabled after an accepted request": Attack(disabled, "USER_DISABLED"),
    "a user deleted after an accepted request": Attack(deleted, "USER_NOT_FOUND"),
    "similar to a cached token": nearly_remembered,
}
