#!/bin/sh
echo preparing
# shellcheck source=/dev/null
. /etc/launch-trial/plan
sleep "$HOOK"
