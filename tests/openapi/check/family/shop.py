"""A server with state in a SQLite file: things with parts, and the account of the caller. Faulty ones override one
method."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from openapi.http.messages import Request
from tests.openapi.check.family.honest import Reply, Server, serving
from tests.openapi.check.family.things import answer

CONTRACT: Final = Path(__file__).with_name("shop.yaml")
TOKEN: Final = "the-token-of-ada"
TABLES: Final = """
CREATE TABLE accounts (name TEXT NOT NULL, token TEXT NOT NULL UNIQUE);
CREATE TABLE things (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
CREATE TABLE parts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    thing INTEGER NOT NULL REFERENCES things (id) ON DELETE CASCADE,
    label TEXT NOT NULL
);
"""
METHODS: Final = {
    "/me": "DELETE, GET, HEAD",
    "/things": "GET, HEAD, POST",
    "/things/{}": "DELETE, GET, HEAD, PUT",
    "/things/{}/parts": "POST",
}


class Shop(Server):
    """A correct server on the database in a file."""

    tables = TABLES

    def __init__(self, file: Path) -> None:
        self._file = file
        with self.database() as database:
            database.executescript(self.tables)
            database.execute("INSERT INTO accounts VALUES ('Ada', ?)", (TOKEN,))

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=10)) as database:
            database.execute("PRAGMA foreign_keys = ON")
            with database:
                yield database

    def reply(self, request: Request) -> Reply:
        path = re.sub(r"^/things/([^/]+)", "/things/{}", request.path)
        if path not in METHODS:
            return answer(404, {"error": "There is nothing here."})
        if request.method == "OPTIONS":
            return Reply(204, headers={"Allow": METHODS[path]})
        if request.method not in METHODS[path].split(", "):
            return answer(405, {"error": "Not so."}, Allow=METHODS[path])
        with self.database() as database:
            if not self.knows(database, request):
                return answer(401, {"error": "Who are you?"}, WWW_Authenticate="Bearer")
            method = "GET" if request.method == "HEAD" else request.method
            try:
                return self.answer(database, method, path, request)
            except sqlite3.Error as error:
                return answer(500, {"error": str(error)})

    def knows(self, database: sqlite3.Connection, request: Request) -> bool:
        scheme, _, token = (request.header("authorization") or "").partition(" ")
        found = database.execute("SELECT 1 FROM accounts WHERE token = ?", (token,)).fetchone()
        return scheme.lower() == "bearer" and found is not None

    def answer(self, database: sqlite3.Connection, method: str, path: str, request: Request) -> Reply:
        if path == "/me":
            return self.me(database, method)
        if path == "/things":
            return self.list(database) if method == "GET" else self.create(database, request)
        text = request.path.split("/")[2]
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0):
            return answer(400, {"error": "An id is a positive number."})
        if database.execute("SELECT 1 FROM things WHERE id = ?", (int(text),)).fetchone() is None:
            return answer(404, {"error": "There is no such thing."})
        if path.endswith("/parts"):
            return self.add_part(database, int(text), request)
        steps = {"GET": self.read, "PUT": self.change, "DELETE": self.delete}
        return steps[method](database, int(text), request)

    def me(self, database: sqlite3.Connection, method: str) -> Reply:
        if method == "GET":
            return answer(200, {"name": "Ada"})
        database.execute("DELETE FROM accounts")
        return Reply(204)

    def list(self, database: sqlite3.Connection) -> Reply:
        rows = database.execute("SELECT id, name FROM things ORDER BY id LIMIT 100").fetchall()
        return answer(200, [{"id": number, "name": name} for number, name in rows])

    def create(self, database: sqlite3.Connection, request: Request) -> Reply:
        if (name := self.field(request, "name")) is None:
            return answer(422, {"error": "A thing has a name of 1 to 40 characters."})
        try:
            number = self.insert(database, name)
        except sqlite3.IntegrityError:
            return answer(409, {"error": "There is such a thing."})
        return self.created(number, name)

    def insert(self, database: sqlite3.Connection, name: str) -> int:
        return database.execute("INSERT INTO things (name) VALUES (?)", (name,)).lastrowid or 0

    def created(self, number: int, name: str) -> Reply:
        return answer(201, {"id": number, "name": name})

    def read(self, database: sqlite3.Connection, number: int, request: Request) -> Reply:
        (name,) = database.execute("SELECT name FROM things WHERE id = ?", (number,)).fetchone()
        return answer(200, {"id": number, "name": name})

    def change(self, database: sqlite3.Connection, number: int, request: Request) -> Reply:
        if (name := self.field(request, "name")) is None:
            return answer(422, {"error": "A thing has a name of 1 to 40 characters."})
        try:
            self.update(database, number, name)
        except sqlite3.IntegrityError:
            return answer(409, {"error": "There is such a thing."})
        return answer(200, {"id": number, "name": name})

    def update(self, database: sqlite3.Connection, number: int, name: str) -> None:
        database.execute("UPDATE things SET name = ? WHERE id = ?", (name, number))

    def delete(self, database: sqlite3.Connection, number: int, request: Request) -> Reply:
        database.execute("DELETE FROM things WHERE id = ?", (number,))
        return Reply(204)

    def add_part(self, database: sqlite3.Connection, number: int, request: Request) -> Reply:
        if (label := self.field(request, "label")) is None:
            return answer(422, {"error": "A part has a label of 1 to 40 characters."})
        added = database.execute("INSERT INTO parts (thing, label) VALUES (?, ?)", (number, label))
        return answer(201, {"id": added.lastrowid, "label": label})

    def field(self, request: Request, name: str) -> str | None:
        """The text in the body, if it is valid: this field alone, with 1 to 40 characters."""
        media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
        try:
            data: Any = json.loads(request.body)
            value = data[name] if isinstance(data, dict) and data.keys() == {name} else None
            valid = isinstance(value, str) and 1 <= len(value) <= 40 and value.encode() is not None
        except ValueError:
            return None
        return value if valid and media_type == "application/json" else None


@contextmanager
def shop(kind: type[Shop], file: Path, seen: Any = lambda request: None) -> Iterator[str]:
    """The URL of a shop whose database is a new file."""
    with serving(kind(file), seen) as url:
        yield url
