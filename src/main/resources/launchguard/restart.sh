#!/bin/sh
# Launch Guard: restarts the service of one JVM whose JDK was removed or replaced under it.
#
#   restart.sh PID START_TICKS [NOT_AFTER]
#
# NOT_AFTER: the latest start, in epoch seconds of this clock. PID and START_TICKS (field 22 of /proc/PID/stat) are those of the diagnosis: the process says which unit it belongs
# to; no unit name is taken from outside. The SSM document puts one line in front of this text:
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

# ---- BEGIN the JDK rule: the same in probe.sh, restart.sh and redeploy.sh. ----
# A file counts as lost when it was deleted or replaced (the kernel's mark), or renamed as NFS does with an open file. It
# counts only if it is of the JDK itself: what its makers ship for running. Not archives of shared classes (*.jsa, dumped
# anew by people and packages), not what an application keeps or extracts below java.home, which may be its own folder.
# shellcheck disable=SC2016,SC2034
jdk_rule='
function plain(path) {
  sub(/ \(deleted\)$/, "", path)
  # rpm writes NAME;8-hex-digits first and renames it: a JVM started in between keeps that name.
  sub(/;[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]$/, "", path)
  return path
}
function is_lost(path) { return path ~ / \(deleted\)$/ || path ~ /\/\.nfs[0-9a-f]+$/ }
# java.home of the JVM that has mapped this file (plain), empty if it is no libjvm.
function jdk_home(path) {
  if (path !~ /\/lib\/([^\/]+\/)?(server|client|minimal|zero|default|compressedrefs|j9vm|classic|jrockit)\/(libjvm\.so|\.nfs[0-9a-f]+)$/ && path !~ /\/lib\/([^\/]+\/)?[^\/]+\/libjvm\.so$/) return ""
  sub(/\/lib\/([^\/]+\/)?[^\/]+\/[^\/]+$/, "", path)
  return path
}
# Whether this file (plain) is one of the JDK itself. A JDK 8 has files above its java.home, which ends in "/jre".
function of_the_jdk(path, home) {
  if (home == "") return 0
  if (index(path, home "/") != 1) { if (!sub(/\/jre$/, "", home) || index(path, home "/") != 1) return 0 }
  path = substr(path, length(home) + 2)
  sub(/^jre\//, "", path)
  if (path ~ /^bin\/[^\/]+$/) return 1
  if (!sub(/^lib\//, "", path)) return 0
  if (path ~ /^modules$|^(jexec|jspawnhelper)$/) return 1
  if (path ~ /^([^\/]+\/)?(server|client|minimal|zero|default|compressedrefs|j9vm|classic|jli)\/[^\/]+$/) return path !~ /\.jsa$/
  if (path ~ /^([^\/]+\/)?\.nfs[0-9a-f]+$/) return 1
  if (path ~ /^ext\/(cldrdata|dnsns|jaccess|jfxrt|localedata|nashorn|openjsse|sunec|sunjce_provider|sunpkcs11|ucrypto|zipfs|icedtea-sound)\.jar$/) return 1
  if (path ~ /\.jar$/) return path ~ /^(rt|jce|jsse|charsets|resources|management-agent|jfr|jfxswt|plugin|deploy|javaws|tools|dt|jconsole|sa-jdi|jrt-fs|core|vm|i18n|security|ibm[a-z0-9]+)\.jar$/
  sub(/^[^\/]+\//, "", path)
  return path ~ /^lib(jvm|java|jli|verify|zip|net|nio|jimage|management|management_ext|management_agent|extnet|instrument|prefs|rmi|jaas|jsig|jsvml|sunec|jfr|npt|awt|awt_headless|fontmanager|freetype|le|j9[a-z0-9]+|jclse[0-9]*)\.so$/
}'

# jdk_moved PROC VIEW PID HOME LIBJVM RANGE: whether the JDK folder was renamed, unmounted or mounted over under the JVM,
# which leaves no mark on what it has mapped. PROC is its folder in /proc, VIEW the root directory that it sees, PID its
# own number of itself, HOME and LIBJVM as mapped, RANGE the addresses of libjvm ("7f…-7f…"). Sets known_home and
# known_version: java.home and java.version as the JVM itself knows them, empty where that can not be had.
jdk_moved() {
  known_home='' known_version=''
  for perf in "$2"/tmp/hsperfdata_*/"$3"; do
    # Any user may have planted the file: only a plain one is read.
    if [ ! -f "$perf" ] || [ -h "$perf" ]; then continue; fi
    # One that a dead process of the same number left behind is not mapped. A recorded /proc has no map_files.
    [ ! -d "$1/map_files" ] || grep -q "/hsperfdata_.*/$3\$" "$1/maps" || continue
    known_home=$(head -c 65536 "$perf" | tr -c '\040-\176\200-\377' '\n' | awk '
      name != "" && $0 != "" { value[name] = $0; name = "" }
      /^java\.property\.java\.(home|version)$/ { name = substr($0, 20) }
      END { if (value["home"] ~ /^\//) print value["home"] "|" value["version"] }')
    # shellcheck disable=SC2034 # the probe alone tells the version
    known_version=${known_home##*"|"}
    known_home=${known_home%"|"*}
  done
  from=$known_home
  if [ -z "$from" ]; then
    # An absolute command line says it too, if no symbolic link is in it: a link switched elsewhere is no rename.
    from=$(head -c 4096 "$1/cmdline" | tr '\000' '\n' | awk 'NR == 1 && /^\/.*\/bin\/java$/ { sub(/\/bin\/java$/, ""); print }')
    # Nor is /usr/bin/java, a link on most systems, in a JDK.
    { [ -n "$from" ] && [ -d "$2$from" ] && [ ! -h "$2$from/bin/java" ] &&
      { [ -f "$2$from/lib/modules" ] || [ -f "$2$from/release" ] || [ -f "$2$from/lib/rt.jar" ]; } &&
      [ "$(cd -P "$2$from" && pwd -P)" = "$(cd -P "$2/" && pwd -P | awk '{ sub(/\/$/, ""); print }')$from" ]; } || from=
    case $4 in "$from/jre") from=$4 ;; esac
  fi
  if [ -n "$from" ] && [ "$from" != "$4" ]; then
    # The folder that it knows may have become a link to where its files are.
    [ -n "$known_home" ] && [ "$(cd -P "$2$from" 2>/dev/null && pwd -P)" = "$(cd -P "$2$4" 2>/dev/null && pwd -P)" ] && [ -e "$2$4" ] && return 1
    return 0
  fi
  [ -e "$1/map_files/$6" ] || return 1
  # Where overlayfs shows a file, the mapping names the file below it.
  case $(stat -f -L -c %T "$2$5" 2>/dev/null) in overlay*) return 1 ;; esac
  mapped_inode=$(stat -L -c %d:%i "$1/map_files/$6" 2>/dev/null) && path_inode=$(stat -L -c %d:%i "$2$5" 2>/dev/null) || return 1
  [ "$mapped_inode" != "$path_inode" ]
}
# ---- END the JDK rule. ----

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
  # Prints "stale", or where the JVM has its libjvm from. A launcher elsewhere (jsvc, python) tells nothing of the JDK; a
  # java that has not mapped libjvm yet is in the JDK that it lies in. Reading the maps of a process that hangs may hang.
  mapped=$(executable=$(executable "$1") links=$(executable_links "$1") timeout 10 awk "$jdk_rule"'
    { at = index($0, "/"); if (!at) next; path = substr($0, at); name = plain(path); home = jdk_home(name) }
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
      if (last != "") print range "|" last "|" libjvm
    }' "$root/proc/$1/maps" 2>/dev/null 9>&-)
  case $mapped in stale) return 0 ;; '') return 1 ;; esac
  range=${mapped%%"|"*} libjvm=${mapped##*"|"} home=${mapped#*"|"}
  home=${home%"|"*} view=$root inner=$1
  if [ -n "$live" ]; then
    view=$root/proc/$1/root
    inner=$(sed -n 's/^NSpid:.*[[:space:]]//p' "$root/proc/$1/status" 2>/dev/null)
    # No file of that name: unmounted.
    [ -e "$view$libjvm" ] || { [ -d "$view/" ] && return 0; }
  fi
  jdk_moved "$root/proc/$1" "$view" "${inner:-$1}" "$home" "$libjvm" "$range" 2>/dev/null
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
      cloud-init | yum | dnf | dnf-3 | dnf5 | dnf-automatic | microdnf | tdnf | rpm | zypper | pacman | apk) ;;
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

# SSM's agent may run one command twice. The second run tells what the first one did, and does nothing.
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
  # The looks above took seconds.
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
