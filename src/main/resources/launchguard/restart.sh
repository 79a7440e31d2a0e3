#!/bin/sh
# Launch Guard: restarts the service of one JVM whose JDK was removed or replaced under it.
#
#   restart.sh PID START_TICKS
#
# PID and START_TICKS (field 22 of /proc/PID/stat) are those of the diagnosis: the process says which unit it belongs
# to; no unit name is taken from outside. The SSM document puts one line in front of this text:
#   set -- '<pid>' '<startTicks>'
# Guards first, proof last: systemctl's exit code 0 says nothing about a service of Type=simple.
#
#    0  proved: a fresh JVM runs in the unit; or nothing to do: the JVM is not stale (any more)
#   10  precondition missing                        11  cloud-init or a package manager is busy
#   12  a deployment is on its way                  13  not the process that was diagnosed
#   14  the JVM is not in a service of its own      15  the java that the unit would start is gone: redeploy instead
#   20  the restart failed, the application may be down
#   21  restarted, but the JVM is stale or missing  75  another repair runs
# 10 to 15 and 75 touched nothing. Never 194: SSM would reboot the instance.
#
# Every file is read below LAUNCH_GUARD_ROOT (empty on an instance), every command is taken from PATH, so that tests
# never touch the machine that they run on. POSIX sh; systemctl as of systemd 219 (no --value).
set -u

# ---- The same in restart.sh and redeploy.sh: each SSM document carries one text, so nothing can be included. ----
root=${LAUNCH_GUARD_ROOT:-}
case $root in '' | /*) ;; *) root=$PWD/$root ;; esac
root=${root%/}
PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

# One line of our own. Whatever a file or the application put into it stays one printable line.
say() {
  printf 'launch-guard: %s\n' "$(printf '%s' "$*" | LC_ALL=C tr -c ' -~' '?' | cut -c 1-400)"
}

# finish CODE WORD MESSAGE
finish() {
  say "$3"
  say "result $2"
  exit "$1"
}

# The end of a program's or the application's own output: bounded, printable, and never to be taken for a line of ours.
quote_end_of() {
  tail -c 6000 | tail -n 20 | LC_ALL=C tr -c '\n -~' '?' | cut -c 1-300 | sed 's/^/launch-guard: | /'
}

is_number() {
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  [ "${#1}" -le 18 ]
}

# start_ticks PID: field 22 of stat. The command name may hold blanks and brackets, so count from the last ") ".
start_ticks() {
  line=
  IFS= read -r line <"$root/proc/$1/stat" || [ -n "$line" ] || return 1
  case $line in *') '*) ;; *) return 1 ;; esac
  # shellcheck disable=SC2086 # one letter and numbers, split on purpose
  set -- ${line##*') '}
  [ $# -ge 20 ] && echo "${20}"
} 2>/dev/null

# The text of the link. A recorded root may hold it as a plain file.
executable() {
  readlink "$root/proc/$1/exe" 2>/dev/null && return
  [ -n "$root" ] && [ -f "$root/proc/$1/exe" ] && head -n 1 "$root/proc/$1/exe"
}

# 0: the executable's file was removed or replaced under the process. "Is there a file of that name?" would be
# wrong twice: after an upgrade in place there is one, and a container's JVM has none on the host.
executable_links() {
  if [ -z "$root" ]; then
    stat -L -c %h "/proc/$1/exe" 2>/dev/null
  else
    case $(executable "$1") in '') return 1 ;; *' (deleted)') echo 0 ;; *) echo 1 ;; esac
  fi
}

# Deleted files count only inside the JVM's own java.home: healthy JVMs map deleted caches, libraries in /tmp and
# replaced application jars. rpm renames while it works: "libjvm.so;5f00aa11 (deleted)".
jdk_mapping_deleted() {
  awk '
    { at = index($0, "/"); if (!at) next; path = substr($0, at) }
    path ~ /\/lib\/([^\/]+\/)?[^\/]+\/libjvm\.so(;[0-9a-f]+)?( \(deleted\))?$/ {
      home = path; sub(/\/lib\/([^\/]+\/)?[^\/]+\/libjvm\.so.*$/, "/", home); homes[home] = 1
    }
    path ~ / \(deleted\)$/ { deleted[path] = 1 }
    END { for (home in homes) for (path in deleted) if (index(path, home) == 1) exit 0; exit 1 }
  ' "$root/proc/$1/maps" 2>/dev/null
}

is_jvm() {
  case $(executable "$1") in */java | */java' (deleted)' | */java';'*) return 0 ;; esac
  grep -q '/libjvm\.so' "$root/proc/$1/maps" 2>/dev/null
}

is_stale() {
  [ "$(executable_links "$1")" = 0 ] || jdk_mapping_deleted "$1"
}

# Below this line of /proc/PID/cgroup systemd keeps the process's unit (v2 and hybrid: 0::, v1: name=systemd).
control_group() {
  sed -n -e 's/^0:://p' -e 's/^[0-9]*:name=systemd://p' "$root/proc/$1/cgroup" 2>/dev/null | grep -v '^/$' | head -n 1
}

uptime_ticks() {
  awk -v hertz="$(getconf CLK_TCK 2>/dev/null || echo 100)" '{ printf "%d\n", $1 * hertz }' "$root/proc/uptime"
}

# A recorded root has its own clock.
now() {
  if [ -n "$root" ] && boot=$(awk '$1 == "btime" { print $2 }' "$root/proc/stat" 2>/dev/null) && [ -n "$boot" ]; then
    awk -v boot="$boot" '{ printf "%d\n", boot + $1 }' "$root/proc/uptime"
  else
    date +%s
  fi
}

# Prints what is busy. Amazon Linux 2 upgrades in cloud-config, others in cloud-final; a stage that waits for its
# turn is inactive, but has a job. AL1 has no units: its cloud-init is a process.
busy_with() {
  systemctl show cloud-init-local.service cloud-init.service cloud-init-network.service cloud-config.service \
    cloud-final.service -p Id,ActiveState,Job 2>/dev/null | grep -q -e '^ActiveState=activating' \
    -e '^ActiveState=reloading' -e '^Job=[1-9]' && echo cloud-init && return
  for process in "$root"/proc/[0-9]*; do
    name=
    IFS= read -r name <"$process/comm" || [ -n "$name" ] || {
      IFS= read -r name <"$process/stat" || [ -n "$name" ] || continue
      name=${name#*"("}
      name=${name%")"*}
    }
    case $name in
      cloud-init | yum | dnf | dnf-3 | dnf5 | dnf-automatic | microdnf | tdnf | rpm | zypper) ;;
      apt | apt-get | aptitude | dpkg | dpkg-deb) ;;
      # Ubuntu keeps one of these waiting for the shutdown, for ever.
      unattended-upgr) grep -q unattended-upgrade-shutdown "$process/cmdline" && continue ;;
      *) continue ;;
    esac
    echo "$name (process ${process##*/})" && return
  done
  return 1
} 2>/dev/null

# The agent's configuration names the folder of its deployments.
read_deployments_folder() {
  deployments=$(sed -n 's/^[[:space:]]*:\{0,1\}root_dir:[[:space:]]*//p' \
    "$root/etc/codedeploy-agent/conf/codedeployagent.yml" 2>/dev/null | tail -n 1 |
    sed -e 's/[[:space:]]#.*//' -e "s/[\"'[:space:]]//g" -e 's,/*$,,')
  deployments=${deployments:-/opt/codedeploy-agent/deployment-root}
}

# The agent keeps a file only while one lifecycle event runs: between two hooks there is none, so one look proves
# little. What is older than a day, the agent itself takes for a leftover.
deployment_on_its_way() {
  look=1
  while :; do
    for file in "$root$deployments/ongoing-deployment"/*; do
      [ -f "$file" ] || continue
      written=$(stat -c %Y "$file" 2>/dev/null) || written=$(now)
      [ $(($(now) - written)) -ge 86400 ] || { echo "${file##*/}" && return; }
    done
    [ "$look" -lt 5 ] || return 1
    look=$((look + 1))
    sleep 1
  done
}

# One repair at a time, restart or redeploy. /run belongs to root alone and is empty after a boot; a lock in the
# deployments' folder would count as an old revision there. Descriptor 9 must never reach the application: it would
# hold the lock for as long as it lives.
take_lock() {
  run=$root/run
  [ -d "$run" ] || run=$root/var/run
  (umask 077 && : >>"$run/launch-guard.lock") 2>/dev/null || finish 10 precondition "no lock can be made in $run"
  exec 9>>"$run/launch-guard.lock"
  flock -n 9 9>&9 || finish 75 repair-running "another repair runs on this instance"
}

require_tools() {
  [ -n "$root" ] || [ "$(id -u)" = 0 ] || finish 10 precondition "must run as root"
  for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 || finish 10 precondition "$tool is missing"
  done
  [ -r "$root/proc/uptime" ] || finish 10 precondition "/proc/uptime cannot be read"
}
# ---- End of what is the same. ----

# The value of one property of the unit; several lines where it has several.
property() {
  systemctl show "$unit" -p "$1" 2>/dev/null | sed -n "s/^$1=//p"
}

# Sets unit, or ends with 14. Stopping one of the refused ones would take the application away, or everybody's login,
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

# Where links of a recorded root lead to is looked for below that root.
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
        case $file in /*) cat "$root$file" 2>/dev/null && echo ;; esac
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
      while IFS= read -r file; do cat "$root$file" 2>/dev/null && echo; done
  } | tr -d '"'\''\r' | sed -n "s/^[[:space:]]*$1=//p" | tail -n 1 | sed -n 's,/*[[:space:]]*$,/bin/java,p' | grep '^/'
}

# A restart of a unit whose java is gone turns a half-working JVM into none at all, with exit code 0: look before.
# A path inside a start script stays hidden from this; then only the proof tells.
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
  [ "$(start_ticks "$pid")" = "$ticks" ] || finish 13 not-diagnosed "process $pid is not the diagnosed one any more"
  is_stale "$pid" || finish 0 nothing-to-do "process $pid is not stale: nothing to do"
}

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
  finish 0 proved "process $fresh runs in $unit on the JDK that is installed"
}

main() {
  { [ $# -eq 2 ] && is_number "$1" && is_number "$2"; } || finish 10 precondition "wanted: a process id and its start ticks"
  pid=$1 ticks=$2
  require_tools systemctl flock awk sed stat readlink
  take_lock
  busy=$(busy_with) && finish 11 busy "$busy is busy: ask again later"
  require_diagnosed_process
  find_unit
  require_java_of_unit
  read_deployments_folder
  coming=$(deployment_on_its_way) && finish 12 deploying "deployment $coming is on its way"
  # The looks above took seconds.
  require_diagnosed_process
  since=$(uptime_ticks)
  say "restarting $unit for process $pid"
  systemctl restart "$unit" </dev/null 9>&- || {
    code=$?
    systemctl status "$unit" --no-pager -n 10 2>&1 </dev/null 9>&- | quote_end_of
    finish 20 failed "systemctl restart $unit ended with $code: the application may be down"
  }
  prove
}

main "$@"
