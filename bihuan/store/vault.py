"""People's data (name, organisation, telephone, identity number, address, e-mail) sealed at rest.

AES-256-GCM, or SM4-GCM (GB/T 32907) where the setting says so; the case's id is authenticated with it, so that a sealed
identity cannot be moved to another case. Telephone numbers and query codes are found again by HMAC-SHA-256.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bihuan.domain.errors import Misconfigured

NONCE_BYTES, TAG_BYTES = 12, 16
_CODE_BYTES = 10


@dataclass(frozen=True, slots=True)
class Sealed:
    """An identity as it lies in the database."""

    key_id: str
    nonce: bytes
    sealed: bytes


class Vault:
    """Seals and opens identities. The first key seals; every key opens, so that keys can be renewed."""

    def __init__(self, keys: Sequence[bytes], lookup_key: bytes) -> None:
        self._keys = {_key_id(key): key for key in keys}
        self._current = _key_id(keys[0])
        self._lookup_key = lookup_key

    def seal(self, case_id: UUID, identity: Mapping[str, str]) -> Sealed:
        """The identity of this case's complainant, sealed with a fresh nonce."""
        nonce = os.urandom(NONCE_BYTES)
        encryptor = Cipher(_algorithm(self._keys[self._current]), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(case_id.bytes)
        text = json.dumps(dict(identity), ensure_ascii=False).encode()
        return Sealed(self._current, nonce, encryptor.update(text) + encryptor.finalize() + encryptor.tag)

    def open(self, case_id: UUID, sealed: Sealed) -> dict[str, str]:
        """The identity. Raises Misconfigured when the key is not here or the row was tampered with."""
        key = self._keys.get(sealed.key_id)
        if key is None:
            raise Misconfigured(f"Expected the data key {sealed.key_id} of case {case_id}, but it is not configured")
        body, tag = sealed.sealed[:-TAG_BYTES], sealed.sealed[-TAG_BYTES:]
        decryptor = Cipher(_algorithm(key), modes.GCM(sealed.nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(case_id.bytes)
        try:
            found: dict[str, str] = json.loads(decryptor.update(body) + decryptor.finalize())
        except InvalidTag as exc:
            raise Misconfigured(f"Expected the sealed identity of case {case_id} to be whole, but it is not") from exc
        return found

    def lookup(self, text: str) -> bytes:
        """By which a telephone number or a query code is found again without being kept."""
        return self._hmac(b"lookup", text.strip().upper().encode())

    def query_code(self, submission_id: UUID) -> str:
        """The complainant's code for this submission, 16 letters and digits; the same for a repeat of the same one."""
        return base64.b32encode(self._hmac(b"query-code", submission_id.bytes)[:_CODE_BYTES]).decode()

    def _hmac(self, purpose: bytes, value: bytes) -> bytes:
        return hmac.new(self._lookup_key, purpose + b"\0" + value, hashlib.sha256).digest()


def _algorithm(key: bytes) -> algorithms.AES | algorithms.SM4:
    # The settings let a key of 16 bytes be SM4's only; AES here is always AES-256.
    return algorithms.SM4(key) if len(key) == 16 else algorithms.AES(key)


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"bihuan data key" + key).hexdigest()[:12]
