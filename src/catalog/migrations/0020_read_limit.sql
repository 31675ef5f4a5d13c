-- How many bytes a second a run of the job reads from disks, over all its machines; 0: as many as it can.
ALTER TABLE jobs ADD COLUMN read_limit BIGINT NOT NULL DEFAULT 0;
