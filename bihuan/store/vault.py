"""People's data (name, organisation, telephone, identity number, address, e-mail) sealed at rest; officers' drafts too.

AES-256-GCM, or SM4-GCM (GB/T 32907) where the setting says so; its place is authenticated with it (the case's id of an
identity), so that what is sealed cannot be moved elsewhere. Telephone numbers and query codes are found again by
HMAC-SHA-256.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bihuan.domain.errors import Misconfigured

NONCE_BYTES, TAG_BYTES = 12, 16
_CODE_BYTES = 10


@dataclass(frozen=True, slots=True)
class Sealed:
    """An identity, or a draft, as it lies in the database."""

    key_id: str
    nonce: bytes
    sealed: bytes


class Vault:
    """Seals and opens. The first key seals; every key opens, so that keys can be renewed."""

    def __init__(self, keys: Sequence[bytes], lookup_key: bytes) -> None:
        self._keys = {_key_id(key): key for key in keys}
        self._ciphers = {key_id: _cipher(key) for key_id, key in self._keys.items()}
        self._current = _key_id(keys[0])
        self._lookup_key = lookup_key

    def seal(self, case_id: UUID, identity: Mapping[str, str]) -> Sealed:
        """The identity of this case's complainant, sealed with a fresh nonce."""
        return self.seal_bytes(case_id.bytes, orjson.dumps(dict(identity)))

    def open(self, case_id: UUID, sealed: Sealed) -> dict[str, str]:
        """The identity. Raises Misconfigured when the key is not here or the row was tampered with."""
        found: dict[str, str] = orjson.loads(self.open_bytes(case_id.bytes, sealed))
        return found

    def seal_bytes(self, place: bytes, content: bytes) -> Sealed:
        """Any content, sealed with a fresh nonce so that it opens at this `place` alone."""
        nonce = os.urandom(NONCE_BYTES)
        return Sealed(self._current, nonce, self._ciphers[self._current].encrypt(nonce, content, place))

    def open_bytes(self, place: bytes, sealed: Sealed) -> bytes:
        """What was sealed for this place. Raises Misconfigured when the key is not here or it was tampered with."""
        cipher = self._ciphers.get(sealed.key_id)
        if cipher is None:
            raise Misconfigured(f"Expected the data key {sealed.key_id} of {place.hex()}, but it is not configured")
        try:
            return cipher.decrypt(sealed.nonce, sealed.sealed, place)
        except InvalidTag as exc:
            raise Misconfigured(f"Expected what is sealed for {place.hex()} to be whole, but it is not") from exc

    @property
    def key_id(self) -> str:
        """Of the key that seals now."""
        return self._current

    def of_file(self, file_id: UUID, key_id: str) -> "Aead":
        """What seals and opens one file, with a key of its own. Raises Misconfigured when the data key is not here."""
        key = self._keys.get(key_id)
        if key is None:
            raise Misconfigured(f"Expected the data key {key_id} of file {file_id}, but it is not configured")
        derived = HKDF(hashes.SHA256(), len(key), salt=None, info=b"bihuan file" + file_id.bytes).derive(key)
        return _cipher(derived)

    def opens(self, key_id: str) -> bool:
        """Whether what was sealed with this key can be opened."""
        return key_id in self._ciphers

    def proof(self, text: str) -> str:
        """By which a text that lay outside the house is known again as ours, and unchanged."""
        return self._hmac(b"proof", text.encode()).hex()

    def lookup(self, text: str) -> bytes:
        """By which a telephone number or a query code is found again without being kept."""
        return self._hmac(b"lookup", text.strip().upper().encode())

    def kept_id(self, submission_id: UUID) -> UUID:
        """Under which is kept what a visitor hands in by this id: nobody finds the id in any table, and nobody who has
        read the tables can hand in again what lies there, to be told its query code.
        """
        return UUID(bytes=self._hmac(b"submission", submission_id.bytes)[:16])

    def query_code(self, submission_id: UUID) -> str:
        """The complainant's code for this submission, 16 letters and digits; the same for a repeat of the same one."""
        return base64.b32encode(self._hmac(b"query-code", submission_id.bytes)[:_CODE_BYTES]).decode()

    def _hmac(self, purpose: bytes, value: bytes) -> bytes:
        return hmac.new(self._lookup_key, purpose + b"\0" + value, hashlib.sha256).digest()


class _Sm4Gcm:
    """SM4-GCM with the same two methods as the library's AESGCM."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        body, tag = data[:-TAG_BYTES], data[-TAG_BYTES:]
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(associated_data)
        return decryptor.update(body) + decryptor.finalize()


Aead = AESGCM | _Sm4Gcm
"""Seals and opens with authentication."""


def _cipher(key: bytes) -> Aead:
    # The settings let a key of 16 bytes be SM4's only; AES here is always AES-256.
    return _Sm4Gcm(key) if len(key) == 16 else AESGCM(key)


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"bihuan data key" + key).hexdigest()[:12]
