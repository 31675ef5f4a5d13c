-- Of which guests the files are put into the index.
ALTER TABLE jobs ADD COLUMN index_linux_guests INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN index_windows_guests INTEGER NOT NULL DEFAULT 0;

CREATE TABLE indexed_machines (
    id BIGINT PRIMARY KEY,
    hierarchy_root_id TEXT NOT NULL,
    domain_id TEXT NOT NULL,
    UNIQUE (hierarchy_root_id, domain_id)
);

-- A restore point whose files are in the index; or, until it is complete, are being put there by its owner.
-- It may outlive the restore point: then its files are still to be taken out.
CREATE TABLE indexed_points (
    vm_restore_point_id TEXT PRIMARY KEY,
    machine BIGINT NOT NULL REFERENCES indexed_machines(id),
    created_at BIGINT NOT NULL,
    owner TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    is_complete INTEGER NOT NULL
);
CREATE INDEX indexed_points_by_time ON indexed_points(machine, created_at);

-- The digest is of what is in the folder at the newest point; empty where the folder is gone or in doubt.
CREATE TABLE indexed_folders (
    machine BIGINT NOT NULL REFERENCES indexed_machines(id),
    id BIGINT NOT NULL,
    path TEXT NOT NULL,
    folded_path TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (machine, id)
);
CREATE INDEX indexed_folders_by_path ON indexed_folders(machine, path COLLATE "C");
CREATE INDEX indexed_folders_by_folded_path ON indexed_folders(machine, folded_path COLLATE "C");

-- One version of a file, folder or link: as it is in the points created from first_at until before until_at. A
-- file that does not change is one row, however many points have it.
CREATE TABLE indexed_files (
    machine BIGINT NOT NULL,
    folder BIGINT NOT NULL,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL,
    kind INTEGER NOT NULL,
    size BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    owner TEXT NOT NULL,
    first_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL
);
CREATE INDEX indexed_files_by_folder ON indexed_files(machine, folder, until_at, name);
CREATE INDEX indexed_files_by_name ON indexed_files(folded_name COLLATE "C", machine, folder, first_at);
