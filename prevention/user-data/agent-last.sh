#!/bin/bash
# User data: the CodeDeploy agent comes last, when cloud-init has upgraded all packages. When to use it, when not, and how
# to undo it: README.md beside prevention/. Put what else the instance needs at boot above the line below.
# ------------------------------------------------------------------------------------------------------------------
set -u

if [ ! -x /opt/codedeploy-agent/bin/codedeploy-agent ]; then
  # The image has no agent. Its installer starts it; nothing but cloud-init's closing line comes after this script.
  token=$(curl -sSf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
  region=$(curl -sSf -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/placement/region)
  if command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq ruby-full wget
  else
    yum install -y -q ruby wget
  fi
  directory=$(mktemp -d)
  wget -q -O "$directory/install" "https://aws-codedeploy-$region.s3.$region.amazonaws.com/latest/install" \
    && chmod +x "$directory/install" && "$directory/install" auto
  exit
fi

# The image has one, disabled (systemctl disable codedeploy-agent): from the next boot on it starts by itself, since cloud-init
# upgrades packages once in an instance's life; in this boot as soon as cloud-init has finished.
systemctl --quiet enable codedeploy-agent
systemd-run --quiet --no-block --unit=codedeploy-agent-last --property=After=cloud-final.service \
  systemctl start codedeploy-agent
