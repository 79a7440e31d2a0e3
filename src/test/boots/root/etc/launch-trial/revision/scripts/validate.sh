#!/bin/sh
# A service that systemd still tries to start again is given the time that a team would give it.
for second in 1 2 3 4 5 6 7 8 9 10; do
  [ "$second" = 1 ] || sleep 1
  systemctl is-active --quiet rest-api.service && echo 'service is up' && exit 0
done
echo 'service is down'
exit 1
