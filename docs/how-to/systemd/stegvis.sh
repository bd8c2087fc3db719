#!/bin/sh
# /usr/local/sbin/stegvis: runs `stegvis COMMAND` for root, as the user stegvis and with both files of settings.
set -eu
set -a
. /etc/stegvis/stegvis.env
. /etc/stegvis/owner.env
set +a
cd /
umask 077
exec setpriv --reuid=stegvis --regid=stegvis --init-groups --inh-caps=-all /opt/stegvis/current/.venv/bin/python -m stegvis "$@"
