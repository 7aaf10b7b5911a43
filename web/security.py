"""Headers that keep a page to itself, and the token that every POST must bring (CSRF)."""

from flask import Response, request
from flask_wtf import CSRFProtect

from web.house import house

csrf = CSRFProtect()

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def add_headers(response: Response) -> Response:
    """No inline script or style, no frame, no sniffing, no referrer; pages with data are never kept."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)  # a file that somebody sent has a stricter one
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("X-Frame-Options", "DENY")
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    if house().settings.base_url.startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if not (request.endpoint or "").startswith("assets."):
        headers["Cache-Control"] = "no-store"
    return response
