"""Well-formed XML (Extensible Markup Language 1.0, section 2.1)."""

from __future__ import annotations


def is_xml(media_type: str) -> bool:
    """Whether a media type is one of XML (RFC 7303 section 4)."""
    return media_type.endswith(("/xml", "+xml"))


def xml_error(content: bytes) -> str | None:
    """Why `content` is not well-formed XML, as the end of a sentence; None if it is, or if its encoding is unknown.

    Nothing is built and no external entity is loaded, and expat limits what entities expand to.
    """
    # Imported here because few bodies are XML.
    from xml.parsers import expat

    parser = expat.ParserCreate()
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]:
            return None
        return str(error)
    except ValueError:
        # A codec of Python that maps no single bytes.
        return None
    return None
