-- What an account may restore. Those that were there before may restore everything, as until now.
ALTER TABLE accounts ADD COLUMN account_type TEXT NOT NULL DEFAULT 'User';
ALTER TABLE accounts ADD COLUMN allow_restore_all INTEGER NOT NULL DEFAULT 1;
ALTER TABLE accounts ADD COLUMN files_in_place_only INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN file_extensions TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN databases_not_in_place INTEGER NOT NULL DEFAULT 0;

-- A part of a host's hierarchy that an account may see: one machine, or what contains machines.
CREATE TABLE account_scopes (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    hierarchy_root_id TEXT NOT NULL,
    object_type TEXT NOT NULL,
    object_id TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (account_id, hierarchy_root_id, object_type, object_id)
);

-- The machines that a scope was found to hold when it was last rebuilt.
CREATE TABLE scope_machines (
    scope_id TEXT NOT NULL REFERENCES account_scopes(id) ON DELETE CASCADE,
    domain_id TEXT NOT NULL,
    PRIMARY KEY (scope_id, domain_id)
);

-- All scopes of an account together: what is asked for every record that the account lists.
CREATE TABLE account_machines (
    account_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    hierarchy_root_id TEXT NOT NULL,
    domain_id TEXT NOT NULL,
    PRIMARY KEY (account_id, hierarchy_root_id, domain_id)
);
