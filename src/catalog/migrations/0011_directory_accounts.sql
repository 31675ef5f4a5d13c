-- Who keeps an account: Holdfast with a password, a directory, or the groups that a directory's user is in.
ALTER TABLE accounts ADD COLUMN kept_by TEXT NOT NULL DEFAULT 'Holdfast';

-- Whose roles and scopes a directory's user has: those of the accounts of groups, as the last logon found them.
CREATE TABLE group_members (
    group_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    member_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, member_id)
);
CREATE INDEX group_members_by_member ON group_members(member_id);
