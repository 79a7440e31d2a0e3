#!/bin/sh
# shellcheck disable=SC2154 # the JDK rule, which is joined to this text, sets these names
# What restart.sh and redeploy.sh have in common. An SSM document carries one text, so `mvn -q -Pdocuments` puts these lines in
# the place of `# JOIN repair-lib.sh` in both, and the JDK rule, which stands in the probe, in the place of its own line here.
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
  record "$1 $2"
  exit "$1"
}

# content FILE [BYTES]: the beginning of a regular file. A FIFO or a device may be put in its place between the test and
# the read, so time and size are bounded. timeout leaves our process group: it must not keep the lock.
content() {
  [ -f "$1" ] && timeout 10 head -c "${2:-1048576}" -- "$1" 9>&-
} 2>/dev/null

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

# JOIN the JDK rule of probe.sh

# A recorded /proc holds plain links and texts; a live one may also lie below a root directory of one's own.
live=
[ ! -e "$root/proc/self/stat" ] || live=1

# 0: the executable's file was removed or replaced under the process. "Is there a file of that name?" would be
# wrong twice: after an upgrade in place there is one, and a container's JVM has none on the host.
executable_links() {
  if [ -n "$live" ]; then
    stat -L -c %h "$root/proc/$1/exe" 2>/dev/null
  else
    case $(executable "$1") in '') return 1 ;; *' (deleted)') echo 0 ;; *) echo 1 ;; esac
  fi
}

# shellcheck disable=SC2016 # awk's
is_stale() {
  # Prints "stale", or where the JVM has its libjvm from. A launcher elsewhere (jsvc, python) says nothing about the JDK; a
  # java that has not mapped libjvm yet is in the JDK that it lies in. Reading the maps of a process that hangs may hang.
  mapped=$(executable=$(executable "$1") links=$(executable_links "$1") timeout 10 awk "$jdk_rule"'
    { at = index($0, "/"); if (!at) next; path = substr($0, at); name = plain(path); home = jdk_home(name) }
    # The part of the path that was below a mount is all that is left once it is unmounted.
    path ~ /^\/lib\/.*\/libjvm\.so$/ { libjvm = name; range = $1 }
    home != "" && !(home in homes) { homes[home]; last = home; libjvm = name; range = $1 }
    is_lost(path) { lost[name] }
    END {
      started = ENVIRON["executable"]; name = plain(started)
      if (last == "" && name ~ /\/bin\/(java|\.nfs[0-9a-f]+)$/) { home = name; sub(/\/bin\/[^\/]+$/, "", home); homes[home] }
      for (home in homes) {
        above = home; sub(/\/jre$/, "", above)
        if ((ENVIRON["links"] == "0" || is_lost(started)) && index(name, above "/") == 1) { print "stale"; exit }
        for (name in lost) if (of_the_jdk(name, home)) { print "stale"; exit }
        name = plain(started)
      }
      if (libjvm != "") print range "|" last "|" libjvm
    }' "$root/proc/$1/maps" 2>/dev/null 9>&-)
  case $mapped in stale) return 0 ;; '') return 1 ;; esac
  range=${mapped%%"|"*} libjvm=${mapped##*"|"} home=${mapped#*"|"}
  home=${home%"|"*} view=$root inner=$1
  if [ -n "$live" ]; then
    view=$root/proc/$1/root
    inner=$(sed -n 's/^NSpid:.*[[:space:]]//p' "$root/proc/$1/status" 2>/dev/null)
  fi
  # No file of that name: unmounted.
  { [ -z "$live" ] && [ -n "$home" ]; } || [ -e "$view$libjvm" ] || { [ -d "$view/" ] && is_missing "$view$libjvm" && return 0; }
  jdk_moved "$root/proc/$1" "$view" "${inner:-$1}" "$home" "$libjvm" "$range" \
    $(($(date +%s) - ($(uptime_ticks) - $(start_ticks "$1")) / $(getconf CLK_TCK || echo 100))) 2>/dev/null
}

is_jvm() {
  case $(executable "$1") in */java | */java' (deleted)' | */java';'*) return 0 ;; esac
  grep -q -e '/libjvm\.so' -e '/server/\.nfs' -e '/client/\.nfs' "$root/proc/$1/maps" 2>/dev/null
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
      cloud-init | yum | yum-cron | dnf | dnf-3 | dnf5 | dnf-automatic | microdnf | tdnf | rpm | zypper | pacman | apk) ;;
      apt | apt-get | aptitude | dpkg | dpkg-deb) ;;
      # Ubuntu keeps one of these waiting for the shutdown, for ever.
      unattended-upgr) grep -q unattended-upgrade-shutdown "$process/cmdline" && continue ;;
      *) continue ;;
    esac
    echo "$name (process ${process##*/})" && return
  done
  return 1
} 2>/dev/null

# agent_setting NAME: a value of the agent's configuration, YAML with a colon in front of its keys. The last one counts.
agent_setting() {
  content "$root/etc/codedeploy-agent/conf/codedeployagent.yml" 65536 | tr -d '\r' | awk -v name="$1" -v apostrophe="'" '
    /^[ \t]*#/ { next }
    {
      if (!match($0, "(^|[{,])[ \t]*[\"" apostrophe "]?:?" name "[\"" apostrophe "]?[ \t]*:[ \t]+")) next
      flow = substr($0, 1, RSTART + RLENGTH) ~ /[{]/
      value = substr($0, RSTART + RLENGTH)
      quote = substr(value, 1, 1)
      if ((quote == "\"" || quote == apostrophe) && (end = index(substr(value, 2), quote))) value = substr(value, 2, end - 1)
      else { sub(/[ \t]+#.*/, "", value); if (flow) sub(/[,}].*/, "", value) }
      gsub(/^[ \t]+|[ \t]+$/, "", value)
      kept = value
    }
    END { if (kept != "") print kept }'
}

read_deployments_folder() {
  deployments=$(agent_setting root_dir | sed 's,/*$,,')
  deployments=${deployments:-/opt/codedeploy-agent/deployment-root}
}

# Sets program, subcommand and generation. Agent 2 is one program, which keeps codedeploy-local as a link to itself, and
# of which alone --version is known.
# shellcheck disable=SC2034 # restart.sh needs the generation alone
find_agent_program() {
  program=$root/opt/codedeploy-agent/bin/codedeploy-local subcommand='' generation=1
  case $(readlink "$program" 2>/dev/null) in codedeploy-agent | */codedeploy-agent) generation=2 ;; esac
  [ -x "$program" ] && return
  program=$root/opt/codedeploy-agent/bin/codedeploy-agent subcommand=deploy-local generation=2
  [ -x "$program" ] && timeout 20 "$program" --version </dev/null >/dev/null 2>&1 9>&-
}

# young_marks: the deployments that the agent says are on their way. What is older than a day, it takes for a leftover.
young_marks() {
  for file in "$root$deployments/ongoing-deployment"/*; do
    [ -f "$file" ] || continue
    written=$(stat -c %Y "$file" 2>/dev/null) || written=$(now)
    [ $(($(now) - written)) -ge 86400 ] || { echo "${file##*/}" && return; }
  done
  return 1
}

# The agent keeps its mark only while one lifecycle event runs: between two hooks there is none, so one look proves
# little. It asks for the next event after wait_between_runs: a second with agent 1 as it is installed, else half a minute.
deployment_on_its_way() {
  [ -d "$root$deployments" ] || return 1
  pause=$(agent_setting wait_between_runs)
  { is_number "$pause" && [ "$pause" -le 60 ]; } || pause=30
  [ "$generation" = 1 ] || [ "$pause" -ge 30 ] || pause=30
  looks=$((pause + 4))
  while :; do
    young_marks && return
    looks=$((looks - 1))
    [ "$looks" -gt 0 ] || return 1
    sleep 1
  done
}

# appspec_entries KEY FILE: the values of source, destination (in files) or location (in hooks). This reads the YAML that
# people write: block lists and flow mappings, quoted or not. What it cannot read counts as missing, never as present.
appspec_entries() {
  content "$2" | awk -v key="$1" '
    { sub(/\r$/, ""); sub(/^\357\273\277/, "") }
    /^[ \t]*#/ || /^---/ { next }
    /^[^ \t-]/ { section = $0; sub(/[ \t]*:.*/, "", section); gsub(/["\047]/, "", section) }
    section != (key == "location" ? "hooks" : "files") { next }
    {
      rest = $0
      while (match(rest, "(^|[ \t{,-])[\"\047]?" key "[\"\047]?[ \t]*:[ \t]*")) {
        rest = substr(rest, RSTART + RLENGTH)
        quote = substr(rest, 1, 1)
        if (quote == "\"" || quote == "\047") {
          value = substr(rest, 2); end = index(value, quote)
          if (end) { rest = substr(value, end + 1); value = substr(value, 1, end - 1) }
        } else {
          value = rest; sub(/[ \t]+#.*$/, "", value); if ($0 ~ /[{]/) sub(/[,}].*$/, "", value); sub(/[ \t]+$/, "", value)
        }
        print value
      }
    }' 2>/dev/null
}

# is_hook PID: does it run a script that an archive names as a hook? A hook leads a process group. What it left behind
# keeps its command line (a loop that starts the application anew), but not its leader.
is_hook() {
  for word in $(tr '\000' ' ' <"$root/proc/$1/cmdline" 2>/dev/null); do
    case $word in *"$deployments"/*/deployment-archive/?*) ;; *) continue ;; esac
    archive_of_word=${word%%/deployment-archive/*}/deployment-archive
    [ -z "$root" ] || archive_of_word=$root${archive_of_word#"$root"}
    location=${word#*/deployment-archive/}
    for appspec_of_word in "$archive_of_word"/appspec.yml "$archive_of_word"/appspec.yaml; do
      appspec_entries location "$appspec_of_word" | sed 's,^\./*,,; s,^/*,,' | grep -qxF -e "$location" || continue
      line=
      IFS= read -r line <"$root/proc/$1/stat" 2>/dev/null || [ -n "$line" ] || return 0
      # shellcheck disable=SC2086 # state, parent, process group
      set -- "$1" ${line##*') '}
      leader=${4:-0}
      ! is_number "$leader" || [ "$leader" -le 1 ] || [ "$leader" = "$1" ] || [ -d "$root/proc/$leader" ]
      return
    done
  done
  return 1
}

# is_local_deployment PID: by its own name, or by the name of the script that its interpreter runs.
is_local_deployment() {
  tr '\000' '\n' <"$root/proc/$1/cmdline" 2>/dev/null | awk '
    { name = $0; sub(/.*\//, "", name) }
    NR == 1 && name !~ /^(ruby[0-9.]*|sh|bash|dash|ash|busybox|env|setsid|sudo|nohup|systemd-run|timeout|codedeploy-local|codedeploy-agent)$/ { exit }
    agent && name == "deploy-local" { found = 1; exit }
    name == "codedeploy-local" { found = 1; exit }
    { agent = name == "codedeploy-agent" }
    END { exit !found }'
}

# Prints what an earlier repair has left running: it was killed, and took its lock with it, but not the hook that it had
# started, which leads a process group of its own. An application that it started is none. While the agent itself
# deploys, hooks are the agent's.
unfinished_repair() {
  for process in $(cd "$root/proc" && grep -l -s -e codedeploy-local -e deploy-local -e /deployment-archive/ [0-9]*/cmdline); do
    process=${process%/cmdline}
    [ "$process" != "$$" ] || continue
    is_local_deployment "$process" && echo "a local deployment (process $process)" && return
    is_hook "$process" && ! young_marks >/dev/null && echo "a hook (process $process)" && return
  done
  return 1
}

# record STATE: keeps how far the SSM command came, with the lock. Outside of SSM nothing is kept.
record() {
  [ -z "${command_id:-}" ] || printf '%s %s\n' "$command_id" "$1" >>"$lock"
} 2>/dev/null

# How far this very command came: nothing, "begun", or an exit code and its word.
recorded() {
  content "$lock" 65536 | sed -n "s/^$command_id //p" | tail -n 1
}

# SSM's agent may run one command twice. The second run reports what the first one did, and does nothing.
end_as_first_run() {
  state=$(recorded)
  command=$command_id command_id=''
  case ${state%% *} in
    0 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 20 | 21 | 75)
      finish "${state%% *}" "${state##* }" "command $command has run already: it ended with ${state%% *}" ;;
    *) finish 20 failed "command $command was killed half-way in its first run: the application may be down" ;;
  esac
}

# One repair at a time, restart or redeploy. /run belongs to root alone and is empty after a boot; a lock in the
# deployments' folder would count as an old revision there. Descriptor 9 must never reach the application: it would
# hold the lock for as long as it lives. Opened for reading as well, not even a FIFO makes it wait.
take_lock() {
  run=$root/run
  [ -d "$run" ] || run=$root/var/run
  lock=$run/launch-guard.lock
  { [ ! -L "$lock" ] && { [ -f "$lock" ] || [ ! -e "$lock" ]; } && (umask 077 && exec 9<>"$lock"); } 2>/dev/null ||
    finish 10 precondition "no lock can be made in $run"
  exec 9<>"$lock"
  command_id=${SSM_COMMAND_ID:-}
  case $command_id in *[!A-Za-z0-9-]*) command_id='' ;; esac
  [ "${#command_id}" -le 64 ] || command_id=''
  if [ -z "$command_id" ]; then
    flock -n 9 9>&9 || finish 75 repair-running "another repair runs on this instance"
    return
  fi
  looks=0
  until flock -n 9 9>&9; do
    case $(recorded) in
      begun)
        # Ours is the last that has begun: its first run holds the lock.
        holder=$(content "$lock" 65536 | sed -n 's/ begun$//p' | tail -n 1)
        [ "$holder" = "$command_id" ] || end_as_first_run
        say "the first run of command $command_id is at work: waiting for its end"
        flock 9 9>&9 || sleep 1 ;;
      ?*) end_as_first_run ;;
      *)
        # The holder writes down its name right after it has the lock.
        looks=$((looks + 1))
        [ "$looks" -le 2 ] || finish 75 repair-running "another repair runs on this instance"
        sleep 1 ;;
    esac
  done
  [ -z "$(recorded)" ] || end_as_first_run
  record begun
}

# SSM bounds the delivery of a command, not its start: what was queued may begin long after its diagnosis.
require_in_time() {
  [ -z "$not_after" ] || [ "$(now)" -le "$not_after" ] ||
    finish 13 too-late "begun after $not_after, which was the latest time: the diagnosis is too old"
}

require_tools() {
  [ -n "$root" ] || [ "$(id -u)" = 0 ] || finish 10 precondition "must run as root"
  for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 || finish 10 precondition "$tool is missing"
  done
  [ -r "$root/proc/uptime" ] || finish 10 precondition "/proc/uptime cannot be read"
}

# Runs a command with nothing of the SSM agent's environment, which names the command and may lead to credentials.
in_clean_environment() {
  if [ -n "$root" ]; then
    env -i PATH="$PATH" LAUNCH_GUARD_ROOT="$root" "$@"
  else
    env -i PATH="$PATH" "$@"
  fi
}
command_id='' generation=1
