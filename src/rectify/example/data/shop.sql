-- The shop of the example: its own tables, and what a host adds so that measures can be carried out (docs/reference/connectors.md).
PRAGMA journal_mode = WAL;

CREATE TABLE accounts (
    number TEXT PRIMARY KEY, kind TEXT, name TEXT, mail TEXT, post TEXT, language TEXT, country TEXT, licence TEXT,
    company_number TEXT, status TEXT
);
CREATE TABLE items (
    number TEXT PRIMARY KEY, sort TEXT, account TEXT, title TEXT, text TEXT, language TEXT, department TEXT, price TEXT,
    currency TEXT, link TEXT, gtin TEXT, brand TEXT, model TEXT, since TEXT
);

-- Where an item stands, storefront by storefront. `version` counts the changes of its state, whoever made them;
-- `change_key` is that of the change that set the state, empty = the shop itself.
CREATE TABLE shelf (
    item TEXT, storefront TEXT, state TEXT, version INTEGER NOT NULL DEFAULT 1, change_key TEXT NOT NULL DEFAULT '',
    deleted TEXT, PRIMARY KEY (item, storefront)
) WITHOUT ROWID;
CREATE TABLE app_shelf (
    item TEXT, storefront TEXT, state TEXT, version INTEGER NOT NULL DEFAULT 1, change_key TEXT NOT NULL DEFAULT '',
    deleted TEXT, PRIMARY KEY (item, storefront)
) WITHOUT ROWID;
-- Switches of the shop's own service: registrations.
CREATE TABLE switches (
    name TEXT, territory TEXT, state TEXT, version INTEGER NOT NULL DEFAULT 1, change_key TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (name, territory)
);
-- Notices to the buyers of an item: the shop writes to them itself, and gives nobody their names.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT, storefront TEXT, change_key TEXT, sent TEXT
);
-- What partners of the shop are told over their webhook.
CREATE TABLE webhook (
    id INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT, storefront TEXT, state TEXT, version INTEGER
);
-- Keys of changes that had their effect: the same key has it once.
CREATE TABLE rectify_changes (key TEXT PRIMARY KEY, version TEXT NOT NULL, at TEXT NOT NULL);

-- The shop's own hand sets a state without counting: the version moves on, and no key is left.
CREATE TRIGGER shelf_own AFTER UPDATE OF state, deleted ON shelf WHEN NEW.version = OLD.version
BEGIN
    UPDATE shelf SET version = OLD.version + 1, change_key = '' WHERE item = NEW.item AND storefront = NEW.storefront;
END;
CREATE TRIGGER app_shelf_own AFTER UPDATE OF state, deleted ON app_shelf WHEN NEW.version = OLD.version
BEGIN
    UPDATE app_shelf SET version = OLD.version + 1, change_key = ''
    WHERE item = NEW.item AND storefront = NEW.storefront;
END;
CREATE TRIGGER switches_own AFTER UPDATE OF state ON switches WHEN NEW.version = OLD.version
BEGIN
    UPDATE switches SET version = OLD.version + 1, change_key = '' WHERE name = NEW.name AND territory = NEW.territory;
END;
CREATE TRIGGER shelf_told AFTER UPDATE OF version ON shelf
BEGIN
    INSERT INTO webhook (item, storefront, state, version)
    VALUES (NEW.item, NEW.storefront, iif(NEW.deleted IS NULL, NEW.state, 'gone'), NEW.version);
END;
