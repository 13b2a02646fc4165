-- The tables of version 1, as they were: no table of merges, and no keys of places in the side table.
-- This text stands for databases that exist; it is never changed.

CREATE TABLE leadmodel_account ( tenant TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, owner_id TEXT, description TEXT, custom INTEGER, created_at TEXT, modified_at TEXT, last_activity_at TEXT, name TEXT, website TEXT, address INTEGER, address_street TEXT, address_city TEXT, address_region TEXT, address_postal_code TEXT, address_country TEXT, industry TEXT, annual_revenue INTEGER, annual_revenue_currency TEXT, employees INTEGER, parent_id TEXT, PRIMARY KEY (tenant, id) ) STRICT;

CREATE TABLE leadmodel_activity ( tenant TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, about INTEGER, about_id TEXT, kind TEXT, at TEXT, detail INTEGER, "by" TEXT, PRIMARY KEY (tenant, id) ) STRICT;

CREATE TABLE leadmodel_commit ( tenant TEXT NOT NULL, position INTEGER NOT NULL, recorded_at TEXT NOT NULL, content TEXT NOT NULL, "key" TEXT, PRIMARY KEY (tenant, position) ) STRICT;

CREATE TABLE leadmodel_contact ( tenant TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, owner_id TEXT, description TEXT, custom INTEGER, created_at TEXT, modified_at TEXT, last_activity_at TEXT, first_name TEXT, last_name TEXT, salutation TEXT, title TEXT, address INTEGER, address_street TEXT, address_city TEXT, address_region TEXT, address_postal_code TEXT, address_country TEXT, language TEXT, birth_date TEXT, consent INTEGER, preferences INTEGER, account_id TEXT, reports_to_id TEXT, source TEXT, PRIMARY KEY (tenant, id) ) STRICT;

CREATE TABLE leadmodel_deal ( tenant TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, owner_id TEXT, description TEXT, custom INTEGER, created_at TEXT, modified_at TEXT, last_activity_at TEXT, name TEXT, pipeline TEXT, stage TEXT, contact_id TEXT, account_id TEXT, amount INTEGER, amount_currency TEXT, probability INTEGER, closes_on TEXT, closed_at TEXT, loss_reason TEXT, next_step TEXT, source TEXT, priority INTEGER, PRIMARY KEY (tenant, id) ) STRICT;

CREATE TABLE leadmodel_effect ( tenant TEXT NOT NULL, "key" TEXT NOT NULL, position INTEGER NOT NULL, number INTEGER NOT NULL, content TEXT NOT NULL, sent INTEGER NOT NULL, PRIMARY KEY (tenant, "key") ) STRICT;

CREATE TABLE leadmodel_entry ( tenant TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, version INTEGER NOT NULL, difference TEXT, whole INTEGER NOT NULL, PRIMARY KEY (tenant, type, id, position) ) STRICT;

CREATE TABLE leadmodel_key ( tenant TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, "key" TEXT NOT NULL ) STRICT;

CREATE TABLE leadmodel_lead ( tenant TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, owner_id TEXT, description TEXT, custom INTEGER, created_at TEXT, modified_at TEXT, last_activity_at TEXT, first_name TEXT, last_name TEXT, salutation TEXT, title TEXT, address INTEGER, address_street TEXT, address_city TEXT, address_region TEXT, address_postal_code TEXT, address_country TEXT, language TEXT, birth_date TEXT, consent INTEGER, preferences INTEGER, company TEXT, website TEXT, industry TEXT, annual_revenue INTEGER, annual_revenue_currency TEXT, employees INTEGER, source TEXT, referred_by TEXT, contact_id TEXT, status TEXT, rating TEXT, priority INTEGER, score INTEGER, conversion INTEGER, conversion_at TEXT, conversion_contact_id TEXT, conversion_account_id TEXT, conversion_deal_id TEXT, PRIMARY KEY (tenant, id) ) STRICT;

CREATE TABLE leadmodel_note ( tenant TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, about INTEGER, about_id TEXT, text TEXT, at TEXT, "by" TEXT, PRIMARY KEY (tenant, id) ) STRICT;

CREATE TABLE leadmodel_schema ( version INTEGER NOT NULL, PRIMARY KEY (version) ) STRICT;

CREATE TABLE leadmodel_social_update ( tenant TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, author INTEGER, author_network TEXT, author_handle TEXT, author_key TEXT, author_name TEXT, text TEXT, posted_at TEXT, url TEXT, reposted_by INTEGER, reposted_by_network TEXT, reposted_by_handle TEXT, reposted_by_key TEXT, in_reply_to TEXT, extra INTEGER, PRIMARY KEY (tenant, id) ) STRICT;

CREATE TABLE leadmodel_task ( tenant TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, about INTEGER, about_id TEXT, subject TEXT, due_at TEXT, done_at TEXT, owner_id TEXT, PRIMARY KEY (tenant, id) ) STRICT;

CREATE INDEX leadmodel_account_created_at ON leadmodel_account (tenant, created_at, id);

CREATE INDEX leadmodel_account_modified_at ON leadmodel_account (tenant, modified_at, id);

CREATE INDEX leadmodel_account_parent_id ON leadmodel_account (tenant, parent_id, id);

CREATE INDEX leadmodel_activity_about_id ON leadmodel_activity (tenant, about_id, id);

CREATE UNIQUE INDEX leadmodel_commit_by_key ON leadmodel_commit (tenant, "key");

CREATE INDEX leadmodel_commit_by_time ON leadmodel_commit (tenant, recorded_at, position);

CREATE INDEX leadmodel_contact_account_id ON leadmodel_contact (tenant, account_id, id);

CREATE INDEX leadmodel_contact_created_at ON leadmodel_contact (tenant, created_at, id);

CREATE INDEX leadmodel_contact_modified_at ON leadmodel_contact (tenant, modified_at, id);

CREATE INDEX leadmodel_contact_reports_to_id ON leadmodel_contact (tenant, reports_to_id, id);

CREATE INDEX leadmodel_deal_account_id ON leadmodel_deal (tenant, account_id, id);

CREATE INDEX leadmodel_deal_contact_id ON leadmodel_deal (tenant, contact_id, id);

CREATE INDEX leadmodel_deal_created_at ON leadmodel_deal (tenant, created_at, id);

CREATE INDEX leadmodel_deal_modified_at ON leadmodel_deal (tenant, modified_at, id);

CREATE INDEX leadmodel_effect_waiting ON leadmodel_effect (tenant, sent, position, number);

CREATE INDEX leadmodel_entry_by_position ON leadmodel_entry (tenant, position, type, id);

CREATE INDEX leadmodel_key_by_key ON leadmodel_key (tenant, field, "key", type, id);

CREATE INDEX leadmodel_key_by_record ON leadmodel_key (tenant, type, id);

CREATE INDEX leadmodel_lead_contact_id ON leadmodel_lead (tenant, contact_id, id);

CREATE INDEX leadmodel_lead_conversion_account_id ON leadmodel_lead (tenant, conversion_account_id, id);

CREATE INDEX leadmodel_lead_conversion_contact_id ON leadmodel_lead (tenant, conversion_contact_id, id);

CREATE INDEX leadmodel_lead_conversion_deal_id ON leadmodel_lead (tenant, conversion_deal_id, id);

CREATE INDEX leadmodel_lead_created_at ON leadmodel_lead (tenant, created_at, id);

CREATE INDEX leadmodel_lead_modified_at ON leadmodel_lead (tenant, modified_at, id);

CREATE INDEX leadmodel_note_about_id ON leadmodel_note (tenant, about_id, id);

CREATE INDEX leadmodel_task_about_id ON leadmodel_task (tenant, about_id, id);

INSERT INTO leadmodel_schema (version) VALUES (1);
