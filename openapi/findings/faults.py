"""What a server does that breaks a rule: the heading of its findings, and their gravity."""

from __future__ import annotations

from typing import Final

from openapi.findings.findings import Category, Gravity

_ACCESS: Final = {
    "auth-missing": "Callers without credentials are let in",
    "auth-empty": "Empty credentials are let in",
    "auth-garbage": "Made-up credentials are let in",
    "auth-signature": "A token with a wrong signature is let in",
    "auth-none": "An unsigned token is let in",
    "auth-expired": "An expired token is let in",
    "auth-not-yet-valid": "A token is let in before its time",
    "auth-path": "Another spelling of the path needs no credentials",
    "credentials-missing": "A request without credentials is answered with success",
}
_FAILURE: Final = {
    "server-error": "The server fails",
    "no-answer": "A request is not answered",
    "http-malformed": "An answer is not valid HTTP",
    "content-length": "An answer has another length than its Content-Length",
    "content-encoding": "An answer is not coded as its Content-Encoding says",
    "head-body": "An answer to HEAD has content",
    "body-malformed": "A body is not valid for its media type",
    "redirect": "A redirect leads to another origin",
}
_CONTRACT: Final = {
    "status-undeclared": "An answer has a status that the contract does not declare",
    "media-type-missing": "An answer has no Content-Type",
    "media-type-undeclared": "An answer has a media type that the contract does not declare",
    "body-unexpected": "An answer has a body that the contract does not declare",
    "body-schema": "A body does not follow its schema",
    "header-missing": "A required header is missing",
    "header-schema": "A header does not follow its schema",
    "valid-refused": "A request that follows the contract is refused",
    "invalid-accepted": "A request that breaks the contract is accepted",
    "resource-lifecycle": "A resource cannot be read after it was created, or can after it was deleted",
    "auth-scheme": "A token under another scheme is let in",
    "auth-query": "Credentials in the query are let in",
    "path-undeclared": "A path is answered that the contract does not declare",
    "parameter-missing": "A request without a required parameter is answered with success",
    "parameter-schema": "A parameter does not follow its schema",
    "request-body-missing": "A request without its required body is answered with success",
    "request-media-type-undeclared": "A request has a media type that the contract does not declare",
    "request-body-malformed": "The body of a request is not valid for its media type",
    "request-body-schema": "The body of a request does not follow its schema",
}
_MINOR: Final = {
    "body-strict": "A body does not follow the overlay",
    "auth-status": "Missing or invalid credentials are not answered with 401",
    "auth-challenge": "A 401 does not name the authentication scheme",
    "head": "HEAD is answered in another way than GET",
    "method-undeclared": "A method that the path does not have is not refused with 405",
    "allow": "Allow does not list the methods of the path",
    "path-unknown": "An unknown path is answered as if it existed",
    "response-time": "An answer is late",
    "status-unseen": "A declared status was never seen",
}
_FAULTS: Final = {
    rule: (fault, gravity)
    for gravity, table in (
        (Gravity.ACCESS, _ACCESS),
        (Gravity.FAILURE, _FAILURE),
        (Gravity.CONTRACT, _CONTRACT),
        (Gravity.MINOR, _MINOR),
    )
    for rule, fault in table.items()
}


def fault_of(rule: str, category: Category, title: str) -> tuple[str, Gravity]:
    """The fault and the gravity of a rule; one without an entry here has the opposite of its title."""
    usual = Gravity.ACCESS if category is Category.AUTHENTICATION else Gravity.CONTRACT
    return _FAULTS.get(rule, (f"Not kept: {title}", usual))
