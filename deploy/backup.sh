#!/usr/bin/env bash
# Saves the database and the uploaded files, and puts them back.
#
#   backup.sh save FOLDER               writes FOLDER/relais-<date>/ and keeps the last KEEP (14)
#   backup.sh restore FOLDER/relais-…   into the *empty* database and folder that the settings name
#
# Reads DATABASE_URL and MEDIA_ROOT from the environment: set -a; . /etc/relais.env; set +a
# Needs pg_dump and pg_restore of the server's version or later. The search index is not saved;
# after a restore: manage.py migrate, then manage.py search rebuild.
set -euo pipefail
umask 077

: "${DATABASE_URL:?names the database to save}"
: "${MEDIA_ROOT:?names the folder of uploaded files}"

save() {
    local target="$1/relais-$(date -u +%Y%m%dT%H%M%SZ)"
    local draft="$target.unfinished"
    mkdir -p "$draft"
    # The database first: a file that arrives meanwhile is one too many, never one too few.
    pg_dump --format=custom --no-owner --no-acl --file="$draft/database.dump" "$DATABASE_URL"
    tar --create --file="$draft/media.tar" --directory="$MEDIA_ROOT" .
    (cd "$draft" && sha256sum database.dump media.tar > checksums.txt)
    mv "$draft" "$target"
    # Only whole backups count, and only those beyond the last KEEP go.
    find "$1" -mindepth 1 -maxdepth 1 -type d -name 'relais-*Z' | sort -r \
        | tail -n +"$((${KEEP:-14} + 1))" | while IFS= read -r old; do rm -r -- "$old"; done
    echo "$target"
}

restore() {
    local tables
    (cd "$1" && sha256sum --check --quiet checksums.txt)
    tables=$(psql --no-psqlrc --tuples-only --no-align --command \
        "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'" "$DATABASE_URL")
    if [ "$tables" != 0 ]; then
        echo "The database already holds $tables tables; restore into an empty one." >&2
        exit 1
    fi
    if [ -e "$MEDIA_ROOT" ] && [ -n "$(ls -A "$MEDIA_ROOT")" ]; then
        echo "$MEDIA_ROOT is not empty; restore into an empty folder." >&2
        exit 1
    fi
    pg_restore --no-owner --no-acl --exit-on-error --single-transaction \
        --dbname="$DATABASE_URL" "$1/database.dump"
    mkdir -p "$MEDIA_ROOT"
    tar --extract --file="$1/media.tar" --directory="$MEDIA_ROOT"
    echo "Restored. Now run: manage.py migrate, then manage.py search rebuild."
}

case "${1:-}" in
    save) save "${2:?names the folder of the backups}" ;;
    restore) restore "${2:?names the backup to put back}" ;;
    *) sed -n '2,9p' "$0" >&2; exit 2 ;;
esac
