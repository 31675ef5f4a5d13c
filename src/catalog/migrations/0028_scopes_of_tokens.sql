-- A token with scopes of its own sees by an account that nobody logs on to and that goes with the token: its scopes are that account's.
ALTER TABLE accounts ADD COLUMN of_token TEXT REFERENCES api_tokens(id) ON DELETE CASCADE;
CREATE UNIQUE INDEX accounts_of_token ON accounts(of_token);
