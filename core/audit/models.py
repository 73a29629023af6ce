"""The chain of events, its head, its checkpoints, and the log of who read personal data (I2)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import db


class AuditEvent(db.Model):  # type: ignore[name-defined, misc]
    """One act: who, as which role, for whom, what, when, before and after - by id."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject", "subject_type", "subject_id", "seq"),
        Index("ix_audit_event_organisation_id_seq", "organisation_id", "seq"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    type: Mapped[str]
    person_id: Mapped[uuid.UUID | None]
    role: Mapped[str]
    organisation_id: Mapped[uuid.UUID | None]
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    data: Mapped[dict[str, Any]]
    #: Personal values, encrypted under the key of the person they are about.
    personal: Mapped[bytes | None]
    personal_of: Mapped[uuid.UUID | None]
    mac: Mapped[bytes]


class AuditFollower(db.Model):  # type: ignore[name-defined, misc]
    """Who follows an event beside the one who acted: the authority of an order that a supplier accepts, say.

    A projection for the change feed, written with the event; the chain does not rest on it.
    """

    __tablename__ = "audit_follower"

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class AuditHead(db.Model):  # type: ignore[name-defined, misc]
    """The last link of the one chain; whoever appends holds its row lock until commit."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[bytes]


class AuditCheckpoint(db.Model):  # type: ignore[name-defined, misc]
    """A signed statement of how far the chain had come; a copy leaves the database."""

    __tablename__ = "audit_checkpoint"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    mac: Mapped[bytes]
    signature: Mapped[bytes]


class AccessRecord(db.Model):  # type: ignore[name-defined, misc]
    """Somebody read personal data: who, whose, which record, when (R114)."""

    __tablename__ = "access_record"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[uuid.UUID]
    organisation_id: Mapped[uuid.UUID | None]
    what: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[str]


#: DDL that the models cannot say; migrations and ``create_all`` run the same text.
PROTECT = """
CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_event' THEN
    IF OLD.seq <= (SELECT max(seq) FROM audit_checkpoint) AND OLD.at < avoin_now() - interval '5 years' THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_checkpoint_append_only BEFORE UPDATE OR DELETE ON audit_checkpoint
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_checkpoint_no_truncate BEFORE TRUNCATE ON audit_checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER access_record_append_only BEFORE UPDATE OR DELETE ON access_record
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER access_record_no_truncate BEFORE TRUNCATE ON access_record
  FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
INSERT INTO audit_head (id, seq, mac) VALUES (1, 0, '\\x00');
"""
UNPROTECT = """
DROP TRIGGER audit_event_append_only ON audit_event;
DROP TRIGGER audit_event_no_truncate ON audit_event;
DROP TRIGGER audit_checkpoint_append_only ON audit_checkpoint;
DROP TRIGGER audit_checkpoint_no_truncate ON audit_checkpoint;
DROP TRIGGER access_record_append_only ON access_record;
DROP TRIGGER access_record_no_truncate ON access_record;
DROP FUNCTION audit_append_only();
"""
