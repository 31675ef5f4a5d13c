-- Machines that run from the repository. A row is there from before the machine is made until it was moved to disks of its own or
-- discarded; its id is that of its restore session, which is open as long.
CREATE TABLE instant_recoveries (
    id TEXT PRIMARY KEY REFERENCES restore_sessions(id) ON DELETE CASCADE,
    hierarchy_root_id TEXT NOT NULL,
    domain_id TEXT NOT NULL,
    vm_name TEXT NOT NULL,
    state TEXT NOT NULL
);

-- One row for each disk: where its changes are written, which at last is the whole disk.
CREATE TABLE instant_recovery_disks (
    recovery_id TEXT NOT NULL REFERENCES instant_recoveries(id) ON DELETE CASCADE,
    target TEXT NOT NULL,
    overlay TEXT NOT NULL,
    PRIMARY KEY (recovery_id, target)
);
