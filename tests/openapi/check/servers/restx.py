"""Todos, as a user of Flask-RESTX writes them: Swagger 2.0 is what Flask-RESTX makes of it.

It runs in an environment of its own, whose packages are not those of this project.
"""

# mypy: ignore-errors

import itertools

from flask import Flask
from flask_restx import Api, Resource, fields
from werkzeug.datastructures import FileStorage

app = Flask(__name__)
app.config["RESTX_MASK_SWAGGER"] = False
api = Api(app, version="1.0", title="Todos", prefix="/api", validate=True)
ns = api.namespace("todos", description="Todos")

owner = api.model("Owner", {"name": fields.String(required=True, min_length=1), "mail": fields.String})
new = api.model(
    "NewTodo",
    {
        "task": fields.String(required=True, min_length=1, max_length=80, example="Buy milk"),
        "priority": fields.Integer(min=1, max=5, default=3),
        "state": fields.String(enum=["open", "done"], default="open"),
        "owner": fields.Nested(owner, allow_null=True, skip_none=True),
        "tags": fields.List(fields.String),
    },
)
todo = api.inherit("Todo", new, {"id": fields.Integer(required=True, readonly=True)})
problem = api.model("Problem", {"message": fields.String(required=True)})

paging = api.parser()
paging.add_argument("state", choices=("open", "done"), location="args")
paging.add_argument("limit", type=int, default=10, location="args")
paging.add_argument("tag", action="split", location="args")
upload = api.parser()
upload.add_argument("file", type=FileStorage, location="files", required=True)
upload.add_argument("note", location="form")

numbers = itertools.count(1)
todos = {}


@ns.route("/")
class Todos(Resource):
    @ns.expect(paging)
    @ns.marshal_list_with(todo, skip_none=True)
    def get(self):
        """List the todos"""
        asked = paging.parse_args()
        found = [each for each in todos.values() if asked["state"] in (None, each.get("state"))]
        return found[: asked["limit"]]

    @ns.expect(new)
    @ns.marshal_with(todo, code=201, skip_none=True)
    @ns.response(400, "Invalid", problem)
    def post(self):
        """Add a todo"""
        number = next(numbers)
        todos[number] = {**api.payload, "id": number}
        return todos[number], 201


@ns.route("/<int:number>")
@ns.response(404, "There is no such todo", problem)
class Todo(Resource):
    @ns.marshal_with(todo, skip_none=True)
    def get(self, number):
        """A todo"""
        if number not in todos:
            api.abort(404, "There is no such todo")
        return todos[number]

    @ns.response(204, "Gone")
    def delete(self, number):
        """Delete a todo"""
        if todos.pop(number, None) is None:
            api.abort(404, "There is no such todo")
        return "", 204


@ns.route("/import")
class Import(Resource):
    @ns.expect(upload)
    @ns.response(200, "Taken", problem)
    def post(self):
        """Upload a list"""
        asked = upload.parse_args()
        return {"message": asked["file"].filename}
