-- What leadmodel needs besides: ids and versions, the rest of a record, and records that have no table of their own.
ALTER TABLE people ADD COLUMN crm_id TEXT;
ALTER TABLE people ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN rest TEXT NOT NULL DEFAULT '{}';
ALTER TABLE people ADD COLUMN id TEXT GENERATED ALWAYS AS (coalesce(crm_id, 'people-' || no)) VIRTUAL;
CREATE UNIQUE INDEX people_by_id ON people (kind, id);

CREATE TABLE crm_record (
    kind    TEXT NOT NULL,
    id      TEXT NOT NULL,
    version INTEGER NOT NULL,
    rest    TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE TABLE crm_gone (kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (kind, id));
CREATE TABLE crm_commit (position INTEGER PRIMARY KEY AUTOINCREMENT);

-- Whoever changes a person without knowing of versions raises the version all the same (S-2).
CREATE TRIGGER people_changed AFTER UPDATE OF kind, surname, forename, job, mail ON people
WHEN new.version = old.version
BEGIN UPDATE people SET version = version + 1 WHERE no = new.no; END;

-- The last version of what is gone is kept, so that the version of an id never restarts (S-2).
CREATE TRIGGER people_gone AFTER DELETE ON people
BEGIN INSERT OR REPLACE INTO crm_gone VALUES (old.kind, old.id, old.version); END;
CREATE TRIGGER record_gone AFTER DELETE ON crm_record
BEGIN INSERT OR REPLACE INTO crm_gone VALUES (old.kind, old.id, old.version); END;
