"""Backup and restore: one archive with the database, the files and a signed checkpoint of the audit chain."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import fsspec
import sqlalchemy
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from core import surroundings
from core.config import Config, ConfigurationError
from core.embedded import Servers
from core.embedded.postgres import client_program, last_line
from core.supervisor import TOP

FORMAT = 1
DATABASE = "database.dump"
CHECKPOINT = "audit-checkpoint.json"
MANIFEST = "manifest.json"
FILES = "files"


def write(target: Path, config: Config, found: Servers | None) -> None:
    """Make the archive beside its place and move it there whole, readable only by us.

    The checkpoint is signed before the dump is made, so that the dump holds at least what it vouches for; one that is
    made meanwhile is left out, since it would speak of events that the dump does not hold. Files only ever come to be,
    so taking them after the dump misses none that it names.
    """
    target = target.absolute()
    if not target.parent.is_dir():
        raise ConfigurationError(f"There is no folder {target.parent}.")
    with tempfile.TemporaryDirectory(prefix=".avoin-backup-", dir=target.parent) as name:
        work = Path(name)
        application = surroundings.build(config)
        with application.app_context():
            (work / CHECKPOINT).write_bytes(importlib.import_module("core.audit.service").make_checkpoint())
        files = files_folder(config)
        vouched = set(_checkpoints(files))
        dump = [
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--file={work / DATABASE}",
        ]
        _call("pg_dump", dump, config, found)
        manifest = {
            "format": FORMAT,
            "migration": database_heads(config),
            "files": files is not None,
            "sha256": {part: _digest(work / part) for part in (CHECKPOINT, DATABASE)},
        }
        (work / MANIFEST).write_text(json.dumps(manifest, indent=1))
        archive = work / "archive"
        with tarfile.open(fileobj=archive.open("xb"), mode="w:") as tar:
            for part in (MANIFEST, CHECKPOINT, DATABASE):
                tar.add(work / part, arcname=part)
            if files is not None and files.is_dir():
                later = {f"{FILES}/checkpoints/{name}" for name in set(_checkpoints(files)) - vouched}
                tar.add(files, arcname=FILES, filter=lambda entry: None if entry.name in later else entry)
            raw: Any = tar.fileobj
            tar.close()
            raw.flush()
            os.fsync(raw.fileno())
            raw.close()
        archive.chmod(0o600)
        archive.replace(target)


def read(source: Path, config: Config, found: Servers | None) -> str:
    """Restore into an empty database, and say whether it fits this version.

    :raises ConfigurationError: the database or the folder of files holds something, or the archive is damaged
    """
    engine = sqlalchemy.create_engine(config.database_url)
    try:
        tables = sqlalchemy.inspect(engine).get_table_names()
    finally:
        engine.dispose()
    if tables:
        raise ConfigurationError(
            "The database is not empty: restore only into a new one (another DPS_HOME or DATABASE_URL)."
        )
    with tempfile.TemporaryDirectory(prefix="avoin-restore-") as name:
        work = Path(name)
        manifest = _unpack(source, work)
        files = files_folder(config)
        if manifest["files"] and files is not None and files.is_dir() and any(files.iterdir()):
            raise ConfigurationError(f"{files} is not empty: move it away first.")
        plan = [
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
        ]
        dump = [
            f"--dbname={make_url(config.database_url).database}",
            str(work / DATABASE),
        ]
        _call("pg_restore", [*plan, *dump], config, found)
        if files is not None and (work / FILES).is_dir():
            files.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(work / FILES, files, dirs_exist_ok=True)
    restored, ours = database_heads(config), code_heads()
    if restored != manifest["migration"]:
        raise ConfigurationError("The restored database is not the one the archive describes.")
    if restored != ours:
        return "Restored, in an older form. Bring it to the newest with: ./avoin upgrade"
    return "Restored, in the newest form. Check the audit chain with: ./avoin audit verify"


def _unpack(source: Path, work: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source, mode="r:") as tar:
            tar.extractall(work, filter="data")
        manifest: dict[str, Any] = json.loads((work / MANIFEST).read_text())
        intact = all(_digest(work / part) == digest for part, digest in manifest["sha256"].items())
    except (tarfile.TarError, OSError, ValueError, KeyError):
        raise ConfigurationError(f"{source} is not a backup of Avoin, or is damaged.") from None
    if not intact:
        raise ConfigurationError(f"{source} is damaged: its parts do not have the sums it names.")
    if manifest.get("format") != FORMAT:
        raise ConfigurationError(f"{source} was made by a newer Avoin.")
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _call(program: str, arguments: list[str], config: Config, found: Servers | None) -> None:
    """Run a PostgreSQL client; the password goes by the environment, where other users cannot see it."""
    ours = client_program(program)
    chosen = str(ours) if found is not None or not shutil.which(program) else program
    url = make_url(config.database_url)
    query = {name: value if isinstance(value, str) else value[0] for name, value in url.query.items()}
    parts = {
        "PGHOST": url.host or query.get("host"),
        "PGPORT": str(url.port) if url.port else query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode"),
        "PGSSLROOTCERT": query.get("sslrootcert"),
    }
    environ = os.environ | {name: value for name, value in parts.items() if value}
    finished = subprocess.run(
        [chosen, *arguments],
        env=environ,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if finished.returncode != 0:
        raise ConfigurationError(f"{program} failed: {last_line(finished.stderr)}")


def files_folder(config: Config) -> Path | None:
    """The folder of the files; nothing when they are in an object store, which has copies of its own."""
    if "://" in config.files_url and not config.files_url.startswith("file://"):
        return None
    return Path(fsspec.core.url_to_fs(config.files_url)[1])


def _checkpoints(files: Path | None) -> list[str]:
    folder = None if files is None else files / "checkpoints"
    return [] if folder is None or not folder.is_dir() else sorted(entry.name for entry in folder.iterdir())


def code_heads() -> list[str]:
    """The newest migrations of this version."""
    return sorted(ScriptDirectory(str(TOP / "migrations")).get_heads())


def database_heads(config: Config) -> list[str]:
    """The migrations that this database has reached; none in a new one."""
    engine = sqlalchemy.create_engine(config.database_url)
    try:
        with engine.connect() as connection:
            if not sqlalchemy.inspect(connection).has_table("alembic_version"):
                return []
            return sorted(connection.execute(sqlalchemy.text("SELECT version_num FROM alembic_version")).scalars())
    finally:
        engine.dispose()
