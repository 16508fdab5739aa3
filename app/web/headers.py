"""What every answer tells browsers: to run nothing of others, to show it in no frame, to keep nothing."""

from collections.abc import Callable

from flask import Request, Response, request

# Nothing inline, no eval, nothing from elsewhere; `data:` is for the small pictures that style sheets hold.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
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


def security_headers(is_secure: Callable[[Request], bool]) -> Callable[[Response], Response]:
    """What puts the headers on the answer to each request, refused ones included.

    What does not say how long it may be kept, which is all but files, is not to be kept at all; over HTTPS
    (`is_secure`), browsers are told to stay with it.
    """

    def add(response: Response) -> Response:
        response.headers.update(ON_EVERY_ANSWER)
        response.headers.setdefault("Cache-Control", "no-store")
        if is_secure(request):
            response.headers["Strict-Transport-Security"] = HTTPS_FOR_A_YEAR
        return response

    return add
