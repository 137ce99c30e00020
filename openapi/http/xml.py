"""XML as elements (Extensible Markup Language 1.0), within bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

# Elements inside each other, and elements and attributes of a document.
_MAX_DEPTH: Final = 100
_MAX_NODES: Final = 100_000
_CHUNK: Final = 64 * 1024
# Attributes with these prefixes say something about the XML, not about the data.
_OF_XML: Final = ("xmlns", "xml", "xsi")


@dataclass
class XMLElement:
    """An element without its namespace: prefixes are left out of the names of elements and attributes.

    `is_nil` says whether it stands for null (XML Schema part 1, section 2.6.2). `text` is that outside the children.
    """

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[XMLElement] = field(default_factory=list)
    text: str = ""
    is_nil: bool = False


class RefusedXML(ValueError):
    """XML that declares entities or is too large; other readers may be able to read it."""


class UnknownEncoding(ValueError):
    """XML in an encoding that cannot be read here."""


def is_xml(media_type: str) -> bool:
    """Whether a media type is one of XML (RFC 7303 section 4)."""
    return media_type.endswith(("/xml", "+xml"))


def read_xml(content: bytes) -> XMLElement:
    """The root element of a document. Raises ValueError, with the end of a sentence, if it is not well-formed;
    RefusedXML if it declares entities or is too large; UnknownEncoding if its encoding cannot be read.

    No external entity is loaded. Entities of the document's own are refused, because few lines of them expand to
    gigabytes.
    """
    # Imported here because few bodies are XML.
    from xml.parsers import expat

    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.EntityDeclHandler = builder.entity
    try:
        # In chunks, because the parser goes on to the end of what it has after a refusal.
        for start in range(0, len(content), _CHUNK):
            parser.Parse(content[start : start + _CHUNK], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]:
            raise UnknownEncoding(str(error)) from None
        raise ValueError(str(error)) from None
    except RefusedXML:
        raise
    except (LookupError, ValueError) as error:
        # No codec of Python, or one that maps no single bytes.
        raise UnknownEncoding(str(error)) from None
    return builder.top.children[0]


class _Builder:
    """Makes elements of the events of a parser."""

    def __init__(self) -> None:
        self.top = XMLElement("")
        self._open = [self.top]
        self._texts: list[list[str]] = [[]]
        self._nodes = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._nodes += 1 + len(attributes)
        if len(self._open) > _MAX_DEPTH:
            raise RefusedXML(f"it has more than {_MAX_DEPTH} elements inside each other")
        if self._nodes > _MAX_NODES:
            raise RefusedXML(f"it has more than {_MAX_NODES} elements and attributes")
        element = XMLElement(_local(name))
        for key, value in attributes.items():
            if key.partition(":")[0] not in _OF_XML:
                element.attributes[_local(key)] = value
            elif key == "xsi:nil":
                element.is_nil = value.strip() in ("true", "1")
        self._open[-1].children.append(element)
        self._open.append(element)
        self._texts.append([])

    def end(self, _name: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())

    def text(self, text: str) -> None:
        self._texts[-1].append(text)

    def entity(self, name: str, *_: object) -> None:
        raise RefusedXML(f"it declares the entity {name}, which is not allowed; write its text instead")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
