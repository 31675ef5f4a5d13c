-- What happens inside of a guest while it is backed up, as JSON. Empty: the defaults; of an object those of its job.
ALTER TABLE jobs ADD COLUMN guest_processing TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN guest_scripts TEXT NOT NULL DEFAULT '';
ALTER TABLE job_objects ADD COLUMN guest_processing TEXT NOT NULL DEFAULT '';

-- Points of before were taken as a power cut would have left the machine, or of one that was off, which was not told.
ALTER TABLE vm_restore_points ADD COLUMN consistency TEXT NOT NULL DEFAULT 'crash';

-- Guests in which something is begun that must not stay so: file systems may be frozen, a script waits for the one that undoes it.
CREATE TABLE guests_in_backup (
    server_id TEXT NOT NULL REFERENCES managed_servers(id) ON DELETE CASCADE,
    domain_id TEXT NOT NULL,
    vm_name TEXT NOT NULL,
    owner TEXT NOT NULL,
    script_after TEXT NOT NULL,
    script_limit INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (server_id, domain_id)
);
