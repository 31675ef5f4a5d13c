-- Other Holdfast servers, under the ids that they gave themselves. The fingerprint is that of the certificate
-- that the server must show before it is told the password.
CREATE TABLE backup_servers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    address TEXT NOT NULL,
    port INTEGER NOT NULL,
    username TEXT NOT NULL,
    sealed_password TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    version TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
