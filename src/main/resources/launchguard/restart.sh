#!/bin/sh
# shellcheck disable=SC2034,SC2154 # repair-lib.sh, which is joined to this text, sets and uses these names
# Launch Guard: restarts the service of one JVM whose JDK was removed or replaced under it.
#
#   restart.sh PID START_TICKS [NOT_AFTER]
#
# PID and START_TICKS (field 22 of /proc/PID/stat) are those of the diagnosis: the process shows which unit it belongs to,
# and no unit name is taken from outside. NOT_AFTER: the latest start, in epoch seconds of this clock. The SSM document
# puts one line in front of this text:
#   set -- '<pid>' '<startTicks>' '<notAfter>'
# Guards first, proof last: systemctl's exit code 0 says nothing about a service of Type=simple.
#
#    0  proved: a fresh JVM runs in the unit; or nothing to do: the JVM is not stale (any more), or was restarted already
#   10  precondition missing                        11  cloud-init or a package manager is busy
#   12  a deployment is on its way                  13  not the process that was diagnosed, or begun too late
#   14  the JVM is not in a service of its own      15  the java that the unit would start is gone: redeploy instead
#   20  the restart failed, the application may be down
#   21  restarted, but the JVM is stale or missing  75  another repair runs, or what one has left behind
# 10 to 15 and 75 touched nothing. Never 168, 169 or 194: SSM calls 168 a success, and reboots for 194.
#
# Every file is read below LAUNCH_GUARD_ROOT (empty on an instance), every command is taken from PATH, so that tests
# never touch the machine that they run on. POSIX sh; systemctl as of systemd 219 (no --value).
set -u

# JOIN repair-lib.sh

# The value of one property of the unit; several lines where it has several.
property() {
  systemctl show "$unit" -p "$1" 2>/dev/null | sed -n "s/^$1=//p"
}

# Sets unit, or ends with 14. Stopping one of the refused ones would stop the application, or all logins,
# and nothing would start the application again: a JVM that a hook started with nohup lives in the agent's own unit.
find_unit() {
  group=$(control_group "$pid")
  unit=${group##*/}
  case $group in
    *user@* | */user.slice/* | */machine.slice/* | *kubepods* | */docker/* | */lxc* | */ecs/* | */libpod*)
      finish 14 not-a-service "the JVM belongs to a user session or a container: $group" ;;
  esac
  case $unit in
    codedeploy-agent* | amazon-ssm-agent* | snap.amazon-ssm-agent* | launch-guard* | codedeploy-repair* | \
      cron* | atd* | anacron* | ssh* | systemd-* | dbus* | cloud-* | getty@* | serial-getty@* | user@* | rc-local* | \
      docker* | containerd* | podman* | crio* | kubelet* | ecs* | supervisor* | monit*)
      finish 14 not-a-service "the JVM belongs to $unit, not to a service of its own" ;;
    -* | *[!A-Za-z0-9:_.@\\-]*) finish 14 not-a-service "the JVM's unit has an unusual name: $unit" ;;
    ?*.service) ;;
    *) finish 14 not-a-service "the JVM is in no service: ${group:-no control group}" ;;
  esac
  [ "$(property LoadState)" = loaded ] || finish 14 not-a-service "systemd does not know $unit"
  # A process can outlive its unit (KillMode=process): a restart would start a second JVM beside it.
  [ "$(property ActiveState)" = active ] || finish 14 not-a-service "$unit is not active, the JVM only stayed behind in it"
  # A container's systemd may have a unit of the same name.
  known_group=$(property ControlGroup)
  [ -z "$known_group" ] || [ "$known_group" = "$group" ] ||
    finish 14 not-a-service "the JVM is in $group, but $unit is $known_group"
}

# Links of a recorded root are followed below that root.
is_program() {
  program=$root$1
  if [ -n "$root" ]; then
    hops=0
    while [ -L "$program" ] && [ "$hops" -lt 10 ]; do
      target=$(readlink "$program")
      case $target in /*) program=$root$target ;; *) program=${program%/*}/$target ;; esac
      hops=$((hops + 1))
    done
  fi
  [ -f "$program" ] && [ -x "$program" ]
}

# What the unit would start, as systemd has it in memory; only where systemd does not say, as its files have it
# (an empty assignment in a drop-in takes the earlier ones back).
unit_settings() {
  known=$(systemctl show "$unit" -p ExecStart,Environment,EnvironmentFiles 2>/dev/null)
  case $known in
    *ExecStart=*) printf '%s\n' "$known" ;;
    *)
      { property FragmentPath && property DropInPaths | tr ' ' '\n'; } | while IFS= read -r file; do
        case $file in /*) content "$root$file" && echo ;; esac
      done | awk '
        continued { $0 = kept " " $0; continued = 0 }
        /^[ \t]*[#;]/ { next }
        /\\$/ { kept = $0; sub(/\\$/, "", kept); continued = 1; next }
        { sub(/^[ \t]+/, "") }
        /^(ExecStart|Environment|EnvironmentFile)[ \t]*=/ {
          key = $0; sub(/[ \t]*=.*/, "", key); value = $0; sub(/^[^=]*=[ \t]*/, "", value)
          if (value == "") count[key] = 0; else settings[key, ++count[key]] = value
        }
        END {
          for (key in count) for (i = 1; i <= count[key]; i++) {
            value = settings[key, i]
            if (key == "ExecStart") { sub(/^[@:+!-]+/, "", value); path = value; sub(/[ \t].*/, "", path); value = "{ path=" path " ; argv[]=" value " }" }
            print key (key == "EnvironmentFile" ? "s" : "") "=" value
          }
        }' ;;
  esac
}

# java_below VARIABLE: the java of the Java home that the unit's environment gives; files win over Environment=, later
# ones over earlier ones. Nothing else of a service's environment is looked at.
java_below() {
  {
    printf '%s\n' "$settings" | sed -n 's/^Environment=//p' | tr ' ' '\n'
    printf '%s\n' "$settings" | sed -n -e 's/ (ignore_errors=.*//' -e 's/^EnvironmentFiles=-\{0,1\}//p' |
      while IFS= read -r file; do content "$root$file" 65536 && echo; done
  } | tr -d '"'\''\r' | sed -n "s/^[[:space:]]*$1=//p" | tail -n 1 | sed -n 's,/*[[:space:]]*$,/bin/java,p' | grep '^/'
}

# A restart of a unit whose java is gone turns a half-working JVM into none at all, with exit code 0: look before.
# A path inside a start script is not seen here; then only the proof shows it.
require_java_of_unit() {
  settings=$(unit_settings)
  programs=$(
    printf '%s\n' "$settings" | grep '^ExecStart=' | tr ' ' '\n' | sed -n 's/^path=//p'
    # /bin/sh -c 'exec /usr/lib/jvm/…/bin/java …' and the like.
    printf '%s\n' "$settings" | grep '^ExecStart=' | tr ' ;"'\''=' '\n' | grep '^/.*/bin/java$'
    java_below JAVA_HOME
    java_below JRE_HOME
  )
  IFS='
'
  set -f
  for wanted in $programs; do
    is_program "$wanted" || finish 15 java-gone "$unit would start $wanted, which is gone: redeploy instead"
  done
  set +f
  unset IFS
}

require_diagnosed_process() {
  if [ "$(start_ticks "$pid")" != "$ticks" ]; then
    prove_earlier_restart
    finish 13 not-diagnosed "process $pid is not the diagnosed one any more"
  fi
  is_stale "$pid" || finish 0 nothing-to-do "process $pid is not stale: nothing to do"
}

# Each restart leaves one line beside the lock, before and after: "process ticks group since begun", "… proved". Asked
# again for a process that was restarted already, this proves that a fresh JVM runs in its unit, and ends with 0; where
# the restart was killed before its proof and none comes, with 21.
prove_earlier_restart() {
  earlier=$(content "$restarted" | sed -n "s/^$pid $ticks //p" | tail -n 1)
  case $earlier in /*.service' '*) ;; *) return ;; esac
  state=${earlier##* } earlier=${earlier% *}
  since=${earlier##* } group=${earlier% *}
  unit=${group##*/}
  is_number "$since" || return
  case $unit in -* | *[!A-Za-z0-9:_.@\\-]*) return ;; esac
  look_at_jvms
  if [ "$(property ActiveState)" = active ] && [ -n "$fresh" ] && [ -z "$old" ]; then
    finish 0 nothing-to-do "$unit was restarted for this process already, process $fresh is fresh: nothing to do"
  fi
  [ "$state" = begun ] || return
  say "$unit was restarted for this process already, but that was not proved"
  prove
}

note_restart() {
  (umask 077 && printf '%s %s %s %s %s\n' "$pid" "$ticks" "$group" "$since" "$1" >>"$restarted")
} 2>/dev/null

# The unit's JVM may be a child of a wrapper or a forking script, so the main process proves nothing: look at all
# JVMs in the unit's control group. Sets fresh (the first fresh JVM) and old (the first stale one).
look_at_jvms() {
  fresh='' old=''
  for candidate in $(cd "$root/proc" && grep -l -s -F -e "$group" [0-9]*/cgroup | cut -d / -f 1); do
    [ "$(control_group "$candidate")" = "$group" ] || continue
    is_jvm "$candidate" || continue
    if is_stale "$candidate"; then
      old=${old:-$candidate}
    elif [ -z "$fresh" ] && started=$(start_ticks "$candidate") && is_number "$started" && [ "$started" -ge "$since" ]; then
      fresh=$candidate
    fi
  done
}

unproved() {
  systemctl status "$unit" --no-pager -n 10 2>&1 </dev/null 9>&- | quote_end_of
  finish 21 unproved "$1"
}

# Up to 20 seconds for a fresh JVM; then 10 seconds later it must still be that one: systemd's automatic restarts
# make a unit that cannot start look active now and then. NRestarts is unknown before systemd 235.
prove() {
  waited=0
  look_at_jvms
  until [ "$(property ActiveState)" = active ] && [ -n "$fresh" ] && [ -z "$old" ]; do
    [ "$waited" -lt 20 ] || unproved "after the restart: $unit $(property ActiveState), fresh JVM ${fresh:-none}, stale JVM ${old:-none}"
    waited=$((waited + 1))
    sleep 1
    look_at_jvms
  done
  first=$fresh restarts=$(property NRestarts)
  sleep 10
  look_at_jvms
  { [ "$(property ActiveState)" = active ] && [ "$fresh" = "$first" ] && [ -z "$old" ]; } ||
    unproved "the fresh JVM $first did not last: $unit $(property ActiveState), fresh JVM ${fresh:-none}, stale JVM ${old:-none}"
  [ "$(property NRestarts)" = "$restarts" ] || unproved "systemd had to restart $unit again"
  note_restart proved
  finish 0 proved "process $fresh runs in $unit on the JDK that is installed"
}

main() {
  [ $# -ne 2 ] || set -- "$@" ''
  { [ $# -eq 3 ] && is_number "$1" && is_number "$2" && { [ -z "$3" ] || is_number "$3"; }; } ||
    finish 10 precondition "wanted: a process id, its start ticks, and the latest start in epoch seconds or nothing"
  pid=$1 ticks=$2 not_after=$3
  require_tools systemctl flock awk sed stat readlink timeout env tr grep head tail
  take_lock
  restarted=$run/launch-guard.restarts
  { [ ! -L "$restarted" ] && { [ -f "$restarted" ] || [ ! -e "$restarted" ]; }; } || finish 10 precondition "$restarted is no file"
  require_in_time
  busy=$(busy_with) && finish 11 busy "$busy is busy: ask again later"
  read_deployments_folder
  unfinished=$(unfinished_repair) && finish 75 repair-running "an earlier repair is not over: $unfinished"
  require_diagnosed_process
  find_unit
  require_java_of_unit
  find_agent_program || generation=1
  coming=$(deployment_on_its_way) && finish 12 deploying "deployment $coming is on its way"
  # The checks above took seconds.
  require_in_time
  require_diagnosed_process
  since=$(uptime_ticks)
  say "restarting $unit for process $pid"
  note_restart begun
  in_clean_environment systemctl restart "$unit" </dev/null 9>&- || {
    code=$?
    systemctl status "$unit" --no-pager -n 10 2>&1 </dev/null 9>&- | quote_end_of
    finish 20 failed "systemctl restart $unit ended with $code: the application may be down"
  }
  prove
}

main "$@"
