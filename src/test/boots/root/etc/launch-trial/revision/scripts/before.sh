#!/bin/sh
echo preparing
. /etc/launch-trial/plan
sleep "$HOOK"
