#!/bin/sh
# Valkey, our Redis, with the password of the URL that the processes get as a secret; with `ping`: whether it answers.
# It keeps nothing on disk: the truth is in PostgreSQL, and the bell rings again for whatever was waiting here.
set -eu

PASSWORD=$(sed 's,^[a-z]*://[^:]*:\([^@]*\)@.*$,\1,' /run/secrets/redis_url)

if [ "${1:-}" = ping ]; then
    [ "$(REDISCLI_AUTH=$PASSWORD valkey-cli ping)" = PONG ]
else
    umask 077
    printf 'requirepass %s\nsave ""\nappendonly no\nmaxmemory-policy noeviction\ndir /data\n' "$PASSWORD" >/tmp/redis.conf
    exec valkey-server /tmp/redis.conf
fi
