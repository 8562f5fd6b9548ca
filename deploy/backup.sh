#!/bin/sh
# A dump of the database each night, kept for BACKUP_KEEP_DAYS days. Runs in the `backup` container; `once` makes one now.
# Old dumps hold what families asked us to forget, so they must go in time: keep the days few.
set -eu

folder=${BACKUP_DIR:-/backups}
keep_days=${BACKUP_KEEP_DAYS:-14}
hour=${BACKUP_HOUR:-02}

dump() {
    name="$folder/perhekeskus-$(date -u +%Y%m%dT%H%M%SZ).dump"
    # Under another name until it is whole, so that a half dump is never taken for a backup.
    pg_dump --format=custom --no-owner --dbname="$DATABASE_URL" --file="$name.part"
    pg_restore --list "$name.part" >/dev/null
    mv "$name.part" "$name"
    echo "backup: wrote $name ($(wc -c <"$name") bytes)"
    find "$folder" -name 'perhekeskus-*.dump' -mtime "+$keep_days" -delete
    find "$folder" -name '*.part' -mtime +1 -delete
}

umask 077
if [ "${1:-}" = once ]; then
    dump
    exit
fi
trap 'exit 0' TERM INT
last=
while true; do
    today=$(date -u +%Y%m%d)
    if [ "$(date -u +%H)" = "$hour" ] && [ "$last" != "$today" ]; then
        if dump; then last=$today; else echo "backup: failed, trying again in ten minutes" >&2; sleep 600 & wait $!; continue; fi
    fi
    sleep 60 &
    wait $!
done
