#!/bin/sh
# The application is up; it is looked at again when the JDK's new package has been configured.
systemctl is-active --quiet rest-api.service || exit 1
touch /run/launch-trial/started
/etc/launch-trial/await configured
sleep 7
systemctl is-active --quiet rest-api.service && echo 'service is up' && exit 0
echo 'service is down'
exit 1
