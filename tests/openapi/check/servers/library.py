"""A library with books and loans, as a user of FastAPI writes it: OpenAPI 3.1 is what FastAPI makes of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI, File, Form, HTTPException, Path, Query, Response, UploadFile
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

TOKEN = "reader-token"


class Genre(StrEnum):
    """What a book is about."""

    novel = "novel"
    poetry = "poetry"
    science = "science"


class Paper(BaseModel):
    """A book of paper."""

    kind: Literal["paper"]
    pages: Annotated[int, Field(gt=0, le=100_000)]


class Audio(BaseModel):
    """A book to listen to."""

    kind: Literal["audio"]
    minutes: Annotated[float, Field(gt=0, le=100_000)]


class NewBook(BaseModel):
    """A book to add."""

    title: Annotated[str, Field(min_length=1, max_length=200, examples=["Middlemarch"])]
    genre: Genre
    published: date | None = None
    form: Annotated[Paper | Audio, Field(discriminator="kind")]
    tags: list[str] = []
    prices: dict[str, float] = {}


class Book(NewBook):
    """A book of the library."""

    id: UUID


class Problem(BaseModel):
    """An error."""

    detail: str


class Cover(BaseModel):
    """A cover that was uploaded."""

    name: str | None
    size: int
    caption: str


class Reader(BaseModel):
    """Who reads."""

    name: str
    position: tuple[float, float] | None = None


bearer = HTTPBearer(auto_error=False)
books: dict[UUID, Book] = {}
app = FastAPI(title="Library", version="1.0.0")
missing: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "There is no such book"}}


def reader(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Reader:
    """Who sends a request."""
    if credentials is None or credentials.credentials != TOKEN:
        raise HTTPException(401, "Not authenticated", {"WWW-Authenticate": "Bearer"})
    return Reader(name="Ada", position=(1.5, 2.5))


@app.get("/books")
def list_books(
    genre: Genre | None = None,
    tag: Annotated[list[str] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[Book]:
    """The books of a genre, with all of the tags."""
    wanted = [book for book in books.values() if genre in (None, book.genre) and set(tag or ()) <= set(book.tags)]
    return wanted[:limit]


@app.post("/books", status_code=201)
def add_book(book: NewBook) -> Book:
    """Add a book."""
    added = Book(id=uuid4(), **book.model_dump())
    books[added.id] = added
    return added


@app.get("/books/{book_id}", responses=missing)
def get_book(book_id: UUID) -> Book:
    """A book."""
    if book_id not in books:
        raise HTTPException(404, "There is no such book")
    return books[book_id]


@app.delete("/books/{book_id}", status_code=204, responses=missing)
def delete_book(book_id: UUID) -> Response:
    """Take a book away."""
    if books.pop(book_id, None) is None:
        raise HTTPException(404, "There is no such book")
    return Response(status_code=204)


@app.put("/shelves/{shelf}/cover")
def put_cover(
    shelf: Annotated[int, Path(ge=1, le=50)],
    cover: Annotated[UploadFile, File()],
    caption: Annotated[str, Form()] = "",
) -> Cover:
    """Upload a cover."""
    return Cover(name=cover.filename, size=cover.size or 0, caption=caption)


@app.get("/me", responses={401: {"model": Problem, "description": "Not authenticated"}})
def get_me(me: Annotated[Reader, Depends(reader)]) -> Reader:
    """Who sends the request."""
    return me
