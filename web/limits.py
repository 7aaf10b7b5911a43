"""How often somebody may try: counted in Redis across all processes; without Redis each process counts alone."""

from flask import Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True, key_prefix="bihuan", strategy="fixed-window")

BY_ADDRESS = "30 per 5 minutes"
BY_NAME = "10 per 15 minutes"
HAND_INS = "40 per hour"


def name_tried() -> str:
    """The login or case number that a form tries, whoever sends it."""
    tried = request.form.get("login") or request.form.get("case_no") or ""
    return f"{request.endpoint}:{tried.strip().lower()[:100]}"


def failed(response: Response) -> bool:
    """Only failures count: whoever gets in is sent on."""
    return response.status_code not in (302, 303)
