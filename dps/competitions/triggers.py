"""What the database itself refuses, whoever asks: a deadline that moves back, a tender after it (I1, R53, R60)."""

from __future__ import annotations

from core import ddl

GUARD = """
CREATE OR REPLACE FUNCTION competition_deadline_only_later() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.tenders_due_at IS NOT NULL AND (NEW.tenders_due_at IS NULL OR NEW.tenders_due_at < OLD.tenders_due_at) THEN
    RAISE EXCEPTION 'the time for tenders is never shortened' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.opened_at IS NOT NULL AND NEW.tenders_due_at > OLD.tenders_due_at THEN
    RAISE EXCEPTION 'the tenders have been opened' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER competition_deadline BEFORE UPDATE OF tenders_due_at ON competition
  FOR EACH ROW EXECUTE FUNCTION competition_deadline_only_later();
CREATE OR REPLACE FUNCTION tender_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE due timestamptz;
BEGIN
  IF NEW.submitted_at IS NULL OR (TG_OP = 'UPDATE' AND NEW.submitted_at IS NOT DISTINCT FROM OLD.submitted_at
      AND NEW.sealed IS NOT DISTINCT FROM OLD.sealed) THEN
    RETURN NEW;
  END IF;
  SELECT tenders_due_at INTO due FROM competition WHERE id = NEW.competition_id;
  IF due IS NULL OR NEW.submitted_at >= due OR NEW.submitted_at > avoin_now() THEN
    RAISE EXCEPTION 'the time for tenders has ended' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tender_submitted_in_time BEFORE INSERT OR UPDATE OF submitted_at, sealed ON tender
  FOR EACH ROW EXECUTE FUNCTION tender_in_time();
"""
UNGUARD = """
DROP TRIGGER tender_submitted_in_time ON tender;
DROP FUNCTION tender_in_time();
DROP TRIGGER competition_deadline ON competition;
DROP FUNCTION competition_deadline_only_later();
"""

ddl.add(GUARD)
