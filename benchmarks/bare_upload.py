"""The least an upload can cost on the same stack: the same bytes written, one row, nothing else."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from flask import Flask, jsonify, request
from sqlalchemy import create_engine, text
from werkzeug.wrappers import Response

app = Flask(__name__)
engine = create_engine(os.environ["BARE_DATABASE_URL"], pool_size=8)
PLACE = Path(os.environ["BARE_FOLDER"])


@app.get("/hello")
def hello() -> str:
    return "hello"


@app.post("/upload")
def upload() -> tuple[Response, int]:
    """Keep the files and note that they came."""
    number = uuid.uuid4()
    for place, file in enumerate(request.files.getlist("files")):
        file.save(PLACE / f"{number.hex}-{place}")
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO upload (id, content, at) VALUES (:id, :content, clock_timestamp())"),
            {"id": number, "content": request.form["content"]},
        )
    return jsonify(id=str(number)), 201
