-- The table that was there before, and that other programs read and write.
CREATE TABLE people (
    no       INTEGER PRIMARY KEY AUTOINCREMENT,
    kind     TEXT NOT NULL,  -- 'prospect' or 'client'
    surname  TEXT,
    forename TEXT,
    job      TEXT,
    mail     TEXT
);
