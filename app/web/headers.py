"""What every answer tells browsers: to run nothing of others, to show it in no frame, to keep nothing."""

from collections.abc import Callable

from flask import Request, Response, request

STYLES = "style-src 'self'"
# Nothing inline, no eval, nothing from elsewhere; `data:` is for the small pictures that style sheets hold.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        STYLES,
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
UNUSED_FEATURES = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
ON_EVERY_ANSWER = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # not no-referrer: under it browsers send `Origin: null` with a form, and the check of Origin would fail
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTTPS_FOR_A_YEAR = "max-age=31536000"


def policy_allowing_styles(nonce: str) -> str:
    """The policy for one answer, whose page marks its own style elements with `nonce`."""
    return CONTENT_SECURITY_POLICY.replace(STYLES, f"{STYLES} 'nonce-{nonce}'")


def security_headers(is_secure: Callable[[Request], bool]) -> Callable[[Response], Response]:
    """What puts the headers on the answer to each request, refused ones included.

    What an answer says itself stays: the policy of a page with style elements, how long a file may be kept.
    What does not say how long is not to be kept at all; over HTTPS (`is_secure`), browsers are told to stay
    with it.
    """

    def add(response: Response) -> Response:
        for name, value in {**ON_EVERY_ANSWER, "Cache-Control": "no-store"}.items():
            response.headers.setdefault(name, value)
        if is_secure(request):
            response.headers["Strict-Transport-Security"] = HTTPS_FOR_A_YEAR
        return response

    return add
