CREATE TABLE opportunities (
    id       INTEGER PRIMARY KEY,
    title    TEXT NOT NULL,
    step     TEXT NOT NULL,
    cents    INTEGER,  -- with the currency beside it
    currency TEXT,
    percent  INTEGER,
    won_lost TEXT,     -- when it was closed
    version  INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE opportunity_steps (
    opportunity INTEGER NOT NULL REFERENCES opportunities,
    come_from   TEXT,
    step        TEXT NOT NULL,
    at          TEXT NOT NULL,
    user        TEXT NOT NULL
);
