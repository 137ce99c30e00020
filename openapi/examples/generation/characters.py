"""The characters that made-up strings use for the classes and escapes of regular expressions."""

from __future__ import annotations

import string
from typing import Final

DIGITS: Final = string.digits
WORD: Final = string.ascii_letters + string.digits + "_"
SPACE: Final = " "
# Characters for negated classes and the dot, readable ones first.
READABLE: Final = string.ascii_letters + string.digits
PRINTABLE: Final = READABLE + " -_.,:;!?#$%&'()*+/<=>@[\\]^`{|}~\"\t\n"
FOREIGN: Final = "éßñøλ中"
ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
CLASSES: Final = {"d": DIGITS, "w": WORD, "s": SPACE}
PROPERTIES: Final = {
    "L": string.ascii_letters, "Letter": string.ascii_letters, "Alphabetic": string.ascii_letters,
    "Lu": string.ascii_uppercase, "Ll": string.ascii_lowercase, "N": DIGITS, "Nd": DIGITS, "P": "-.,!",
    "Z": " ", "Zs": " ", "S": "+=", "M": "\u0301", "Cc": "\t",
}  # fmt: skip
