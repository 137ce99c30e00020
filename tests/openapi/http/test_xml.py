"""XML is read as elements, within bounds."""

from __future__ import annotations

import time

import pytest

from openapi.http.xml import UnknownEncoding, XMLElement, read_xml

BOMB = (
    "<!DOCTYPE a [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{level} '{f'&a{level - 1};' * 10}'>" for level in range(1, 12))
    + "]><a>&a11;</a>"
)


def test_names_have_no_prefix_and_namespaces_are_left_out() -> None:
    root = read_xml(b'<s:a xmlns:s="urn:s" xml:lang="en" s:b="1" c="2"><s:d>x</s:d></s:a>')

    assert root == XMLElement("a", {"b": "1", "c": "2"}, [XMLElement("d", text="x")])


def test_text_of_entities_character_references_and_sections_is_joined() -> None:
    assert read_xml(b"<a>1 &lt; <![CDATA[2 & ]]>&#51;</a>").text == "1 < 2 & 3"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_the_declared_encoding_is_used(encoding: str) -> None:
    assert read_xml(f'<?xml version="1.0" encoding="{encoding}"?><a>é</a>'.encode(encoding)).text == "é"


@pytest.mark.parametrize("content", [b"", b"x", b"<a>", b"<a/><b/>", b"<a b='1' b='2'/>", b"<a>&no;</a>", b"{}"])
def test_malformed_xml_is_an_error(content: bytes) -> None:
    with pytest.raises(ValueError, match="line 1, column"):
        read_xml(content)


def test_an_unknown_encoding_is_an_error_of_its_own() -> None:
    with pytest.raises(UnknownEncoding):
        read_xml(b'<?xml version="1.0" encoding="x-nonsense"?><a/>')


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (BOMB, "it declares the entity a0, which is not allowed"),
        ("<!DOCTYPE a [<!ENTITY f SYSTEM 'file:///etc/hostname'>]><a>&f;</a>", "declares the entity f"),
        ("<a>" * 1_000_000, "more than 100 elements inside each other"),
        ("<a>" + "<b/>" * 200_000 + "</a>", "more than 100000 elements and attributes"),
    ],
)
def test_what_would_take_much_memory_is_refused_at_once(content: str, reason: str) -> None:
    start = time.perf_counter()
    with pytest.raises(ValueError, match=reason):
        read_xml(content.encode())

    assert time.perf_counter() - start < 10


def test_one_hundred_elements_inside_each_other_are_read() -> None:
    assert read_xml(b"<a>" * 100 + b"</a>" * 100).name == "a"
