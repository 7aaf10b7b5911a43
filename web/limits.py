"""How often somebody may try: counted in Redis across all processes; without Redis each process counts alone."""

from ipaddress import IPv6Address, ip_address

from flask import Response, g, request
from flask_limiter import Limiter, RateLimitExceeded
from flask_login import current_user
from limits import parse

_NETWORK = 64
"""Of an IPv6 address so many bits are given to a house or a phone, which makes up the others as it likes."""


def address_asking() -> str:
    """From where somebody tries: an address, or all of IPv6 that one house has."""
    said = request.remote_addr or ""
    try:
        address = ip_address(said.partition("%")[0])
    except ValueError:
        return said
    if not isinstance(address, IPv6Address):
        return said
    return str(address.ipv4_mapped or IPv6Address(int(address) >> _NETWORK << _NETWORK))


limiter = Limiter(address_asking, in_memory_fallback_enabled=True, key_prefix="bihuan", strategy="fixed-window")

BY_ADDRESS = "30 per 5 minutes"
BY_NAME = "10 per 15 minutes"
HAND_INS = "40 per hour"
STEPS = "400 per hour"
KEPT = "2000 per hour"
"""How often pages may keep what is being typed: apart from the steps, which nobody may be kept from by them."""
DEEDS = "60 per hour"
_LOG_IN = "session.enter"
_MISMATCHED = "wrong_signature"


def name_tried() -> str:
    """The login that a form tries, whoever sends it."""
    return _tries(request.endpoint or "", request.form.get("login", ""))


def case_tried() -> str:
    """The case whose code somebody tries, and from where. Nobody guesses 80 bits; but everybody who knows its number
    could keep its complainant out, if tries from elsewhere counted.
    """
    return f"{_tries(request.endpoint or '', request.form.get('case_no', ''))}:{address_asking()}"


def account_asking() -> str:
    """The account that tries its own password."""
    return _tries(request.endpoint or "", str(current_user.login))


def locked_out(login: str) -> bool:
    """Whether nobody can log in by this name for now: the password was wrong too often."""
    return not limiter.limiter.test(parse(BY_NAME), *_counted_under(login))


def let_try_again(login: str) -> None:
    """Forget the failures of this name (解除登录锁定)."""
    limiter.limiter.clear(parse(BY_NAME), *_counted_under(login))


def told(fault: RateLimitExceeded) -> str:
    """How long whoever tried too often has to wait, and who may let them in sooner."""
    minutes = -(-fault.limit.limit.get_expiry() // 60)
    words = f"尝试次数过多，请{f'{minutes}分钟' if minutes < 60 else f'{minutes // 60}小时'}后再试。"
    if fault.limit.limit == parse(BY_NAME) and request.endpoint == _LOG_IN:
        words += "急需登录的，请联系本辖区管理员，核实是本人后可以解除锁定。"
    return words


def _tries(endpoint: str, tried: str) -> str:
    return f"{endpoint}:{tried.strip().upper()[:100]}"  # as case numbers are looked up


def _counted_under(login: str) -> tuple[str, str, str]:
    """As the limiter itself writes its keys: prefix, whose tries, of what."""
    return limiter._key_prefix, _tries(_LOG_IN, login), _LOG_IN


def failed(response: Response) -> bool:
    """Only failures count: whoever gets in is sent on."""
    return response.status_code not in (302, 303)


def unsigned() -> bool:
    """Whether a form brings no password: where none is asked for, none is guessed."""
    return not request.form.get("password")


def wrong_signature(_: Response) -> bool:
    """Whether this form's password was not the signer's."""
    return bool(g.get(_MISMATCHED))


def count_wrong_signature() -> None:
    """Say that it was not."""
    setattr(g, _MISMATCHED, True)
