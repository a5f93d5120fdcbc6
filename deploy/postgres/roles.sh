#!/bin/sh
# Run once, when the database is made: the application's own role. It reads and writes rows and owns no table, so it
# can neither change the tables nor lift the triggers that keep signed content and the audit log as they are.
set -eu
app_password=$(cat /run/secrets/app_password)
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set password="$app_password" <<'SQL'
CREATE ROLE careerconv LOGIN PASSWORD :'password';
GRANT USAGE ON SCHEMA public TO careerconv;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO careerconv;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO careerconv;
SQL
