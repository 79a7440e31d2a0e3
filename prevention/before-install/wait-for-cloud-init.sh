#!/bin/sh
# AppSpec hook BeforeInstall: the deployment waits until cloud-init has finished, package upgrades included. Give the hook a
# timeout above WAIT_SECONDS. Exit 1, which fails the deployment, when cloud-init has not finished by then.
# No `cloud-init status --wait`: it returns early where a module has failed (before 23.4), and Amazon Linux 1 has none.
set -u
WAIT_SECONDS=${WAIT_SECONDS:-480}

finished() {
  if command -v systemctl >/dev/null 2>&1; then
    state=$(systemctl show cloud-final.service -p LoadState,ActiveState,ExecMainExitTimestampMonotonic 2>/dev/null)
    case $state in
      *ActiveState=activating* | *ActiveState=deactivating*) return 1 ;;
      *ActiveState=active* | *ActiveState=failed* | *TimestampMonotonic=[1-9]*) return 0 ;;
      *LoadState=not-found* | *LoadState=masked*) return 0 ;;
      *ActiveState=inactive*)
        # It has not started yet, unless this boot does without cloud-init.
        [ -e /run/cloud-init/disabled ] || [ -e /etc/cloud/cloud-init.disabled ]
        return
        ;;
    esac
  fi
  # No systemd: this file is the last that cloud-init writes, in every boot; one from before this boot does not count.
  written=$(stat -c %Y /var/lib/cloud/instance/boot-finished 2>/dev/null) || return 1
  read -r uptime _ </proc/uptime
  [ "$written" -ge $(($(date +%s) - ${uptime%%.*} - 1)) ]
}

waited=0
until finished; do
  if [ "$waited" -ge "$WAIT_SECONDS" ]; then
    echo "cloud-init has not finished in $WAIT_SECONDS s: see /var/log/cloud-init-output.log on this instance" >&2
    exit 1
  fi
  sleep 1
  waited=$((waited + 1))
done
echo "cloud-init has finished; waited $waited s for it"
