#!/bin/sh
# An aimed boot starts its JVM while dpkg is writing the JDK: AIM seconds after the new libjvm.so is seen beside the old one.
# shellcheck source=/dev/null
. /etc/launch-trial/plan
if [ -n "$AIM" ]; then
  tries=0
  until [ -n "$(find /usr/lib/jvm -name 'libjvm.so.dpkg-new')" ] || [ "$tries" = 600 ]; do
    tries=$((tries + 1))
    sleep 0.02
  done
  sleep "$AIM"
fi
systemctl start rest-api.service
