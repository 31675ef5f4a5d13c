-- Of which folders of guests a job's files are indexed: JSON, as catalog/guest_processing.hpp has it.
ALTER TABLE jobs ADD COLUMN guest_indexing TEXT NOT NULL DEFAULT '';
UPDATE jobs SET guest_indexing =
    '{"linux_guests":{"extent":"' || CASE WHEN index_linux_guests = 1 THEN 'all' ELSE 'none' END || '","folders":[]},'
    || '"windows_guests":{"extent":"' || CASE WHEN index_windows_guests = 1 THEN 'all' ELSE 'none' END || '","folders":[]}}';
ALTER TABLE jobs DROP COLUMN index_linux_guests;
ALTER TABLE jobs DROP COLUMN index_windows_guests;
