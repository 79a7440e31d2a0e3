#!/bin/sh
for second in 1 2 3 4 5 6 7 8 9 10; do
  [ "$second" = 1 ] || sleep 1
  pgrep -u app -x java >/dev/null && echo 'application is up' && exit 0
done
echo 'application is down'
exit 1
