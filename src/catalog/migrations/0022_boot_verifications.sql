-- Machines that were started from a restore point to see whether they do. The id is that of a restore session, which tells how it went, and
-- here is the evidence. `is_removed`: nothing of the machine that was started is left. Until then the server looks after it.
CREATE TABLE boot_verifications (
    id TEXT PRIMARY KEY REFERENCES restore_sessions(id) ON DELETE CASCADE,
    hierarchy_root_id TEXT NOT NULL,
    domain_id TEXT NOT NULL,
    twin_name TEXT NOT NULL,
    boot_ms BIGINT,
    console TEXT NOT NULL,
    is_removed INTEGER NOT NULL
);

-- What was waited for, in the order in which it was asked for.
CREATE TABLE boot_checks (
    verification_id TEXT NOT NULL REFERENCES boot_verifications(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    result TEXT NOT NULL,
    message TEXT NOT NULL,
    after_ms BIGINT,
    PRIMARY KEY (verification_id, position)
);

-- PNG, as base64.
CREATE TABLE boot_screenshots (
    verification_id TEXT PRIMARY KEY REFERENCES boot_verifications(id) ON DELETE CASCADE,
    png TEXT NOT NULL
);
