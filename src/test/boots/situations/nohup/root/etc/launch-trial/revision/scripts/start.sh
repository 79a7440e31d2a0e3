#!/bin/sh
# The application is no service: it stays in the control group of the agent, whose hook started it.
su -s /bin/sh app -c 'nohup /usr/bin/java -Xmx32m -XX:+UseSerialGC -cp /opt/rest-api App >>/opt/rest-api/app.log 2>&1 &'
