"""The rules (规则) of the document that a locality carries out, by their ids: `ZB-17`."""

from typing import Final

RULE_ID: Final = r"[A-Z]{2,4}-[0-9]{2,3}"
