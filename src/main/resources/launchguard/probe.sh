#!/bin/sh
# Launch Guard probe: prints what this instance shows about its launch, as one line of JSON (evidence, schema 1).
#
#   probe.sh [--wait SECONDS] [--deployment d-ID]
#
#   --wait        wait up to SECONDS until cloud-init has finished, then look (default 0: look at once)
#   --deployment  list the trace of this deployment even where a list has to be cut
#
# It only reads: no file is written, no process but the standard tools below is started, nothing found on the
# instance is run. Every file is read below $LAUNCH_GUARD_ROOT (default: the instance's own root), commands are
# taken from PATH. Facts only: what could not be read is left out, and "problems" says why.
#
# How it works: the collect_* functions print one fact per line, "TAG<US>value<US>value…" (<US> is the ASCII unit
# separator); every line of a file that was read gets its tag in front, so that no text found on the instance can
# pass for another fact. The awk program at the end joins the facts and writes the JSON.

set -u
LC_ALL=C
export LC_ALL
# The system's own zone is wanted, not that of whoever started the probe.
unset TZ
IFS=' 	
'
root=${LAUNCH_GUARD_ROOT:-}
root=${root%/}
proc=$root/proc
# The standard directories are added for a bare environment, but not when a root is given: then PATH decides alone.
[ -n "$root" ] || PATH=${PATH:-}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

max_output=16000
us=$(printf '\037')
nl='
'

usage() {
  echo "usage: probe.sh [--wait SECONDS] [--deployment d-ID]" >&2
  exit 2
}

wait_seconds=0
asked=
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || usage
  case $1 in
    --wait) wait_seconds=$2 ;;
    --deployment) asked=$2 ;;
    *) usage ;;
  esac
  shift 2
done
case $wait_seconds in '' | *[!0-9]* | ??????*) usage ;; esac
while :; do case $wait_seconds in 0?*) wait_seconds=${wait_seconds#0} ;; *) break ;; esac; done
# An SSM document hands over an empty parameter as an empty argument.
case $asked in '') ;; d-*[!A-Za-z0-9-]* | d- | ????????????????????????????????????????*) usage ;; d-*) ;; *) usage ;; esac

# ---------------------------------------------------------------- small tools

have() { command -v "$1" >/dev/null; }

fact() {
  IFS=$us
  printf '%s\n' "$*"
  IFS=" 	$nl"
}

problem() { fact problem "$*"; }

# Where there is no timeout command, nothing bounds a hanging one: SSM's own limit ends the probe then.
limit=
limited() { if [ -n "$limit" ]; then timeout 10 "$@"; else "$@"; fi; }

# text_of TAG FILE [BYTES]: the first BYTES of a regular file, tagged. Never opens a FIFO or device.
text_of() {
  [ -f "$2" ] || return 1
  [ -r "$2" ] || { problem "not readable: ${2#"$root"}"; return 1; }
  head -c "${3:-65536}" "$2" | tr -d '\000' | sed "s/^/$1$us/"
  # The file may end without a newline.
  echo
}

# property NAME TEXT: the value of "NAME=value" in systemctl show's answer (--value needs systemd 230, AL2 has 219).
property() {
  found=
  case $nl$2 in
    *"$nl$1="*)
      found=$nl$2
      found=${found#*"$nl$1="}
      found=${found%%"$nl"*}
      ;;
  esac
}

unit_text() { limited systemctl show "$1" -p "$2"; }

# times_of TAG FILE…: "TAG mtime size name". busybox's stat knows whole seconds only.
times_of() {
  tag=$1
  shift
  stat -L -c "$tag$us%.9Y$us%s$us%n" -- "$@"
}

# ---------------------------------------------------------------- cloud-init

# Sets ci_state, ci_end_us (microseconds since boot, systemd's own), ci_by_files (1: the files must tell the end).
look_at_cloud_init() {
  ci_state=unknown ci_end_us='' ci_by_files=1 text=''
  have systemctl && text=$(unit_text cloud-final.service LoadState,ActiveState,ExecMainExitTimestampMonotonic,WantedBy)
  property LoadState "$text"; ci_load=$found
  property ActiveState "$text"; ci_active=$found
  property ExecMainExitTimestampMonotonic "$text"; ci_exit=$found
  property WantedBy "$text"; ci_wanted=$found
  case $ci_exit in *[!0-9]* | 0) ci_exit= ;; esac
  if [ "$ci_load" = loaded ]; then
    case $ci_active in
      activating | deactivating | reloading) ci_state=running ci_by_files='' ;;
      failed) ci_state=failed ci_end_us=$ci_exit ;;
      active) ci_state='done' ci_end_us=$ci_exit ;;
      inactive)
        if [ -n "$ci_exit" ]; then
          ci_state='done' ci_end_us=$ci_exit
        elif [ -e "$root/run/cloud-init/disabled" ] || [ -e "$root/etc/cloud/cloud-init.disabled" ]; then
          ci_state=disabled ci_by_files=''
        elif [ -e "$root/run/cloud-init/enabled" ] || [ -e "$root/run/cloud-init/status.json" ] || [ -n "$ci_wanted" ]; then
          ci_state=running ci_by_files=''
        else
          # The generator pulls cloud-init's target into the boot or leaves it out before any unit starts.
          ci_state=disabled ci_by_files=''
        fi
        ;;
    esac
    return
  fi
  # No such unit, or no systemd.
  if [ -e "$root/run/cloud-init/result.json" ]; then
    ci_state='done'
  elif [ -e "$root/run/cloud-init/disabled" ] || [ -e "$root/etc/cloud/cloud-init.disabled" ]; then
    ci_state=disabled ci_by_files=''
  elif [ -e "$root/run/cloud-init/status.json" ]; then
    ci_state=running ci_by_files=''
  elif [ ! -d "$root/var/lib/cloud" ] && [ ! -d "$root/etc/cloud" ] && [ ! -e "$root/usr/bin/cloud-init" ]; then
    ci_state=absent ci_by_files=''
  fi
}

# Asks systemd each second once result.json is there (cloud-final ends right after it), else every fifth second: a
# systemctl call costs some 10 ms of CPU. Bounded by the number of sleeps, and by uptime where a sleep takes longer.
wait_for_cloud_init() {
  [ "$wait_seconds" -gt 0 ] || return
  read_uptime
  last=$((${uptime%%.*} + wait_seconds))
  round=0
  while [ "$round" -lt "$wait_seconds" ]; do
    if [ $((round % 5)) -eq 0 ] || [ -e "$root/run/cloud-init/result.json" ]; then
      look_at_cloud_init
      [ "$ci_state" = running ] || return
    fi
    sleep 1 || return
    round=$((round + 1))
    read_uptime
    [ "${uptime%%.*}" -lt "$last" ] || return
  done
}

read_uptime() {
  uptime=0
  [ -f "$proc/uptime" ] && read -r uptime _ <"$proc/uptime"
  case $uptime in '' | *[!0-9.]* | .*) uptime=0 ;; esac
}

collect_cloud_init() {
  look_at_cloud_init
  fact ci "$ci_state" "$ci_end_us" "$ci_by_files"
  # One for each instance that the disk has been part of; the newest counts. It is removed early in every boot in which
  # cloud-init runs, so it is an old one only where it did not run.
  for file in "$root"/var/lib/cloud/instances/*/boot-finished; do
    text_of ci-finished "$file" 200 && times_of ci-finished-time "$file"
  done
  # /run has a link to it in the boot in which it was written; the link alone says so.
  result=$root/var/lib/cloud/data/result.json
  if [ -e "$root/run/cloud-init/result.json" ] && [ -f "$result" ]; then
    text_of ci-result "$result"
    times_of ci-result-time "$result"
  fi
  # When its stages ran, kept in the same way: one member a line, of which names and numbers are wanted.
  status=$root/var/lib/cloud/data/status.json
  if [ -e "$root/run/cloud-init/status.json" ] && [ -f "$status" ]; then
    head -c 16384 "$status" | sed -n "s/^   *\"[a-z-]*\": *[{0-9][0-9.]*[ ,]*\$/ci-status$us&/p"
  fi
  log=$root/var/log/cloud-init.log
  if [ -f "$log" ] && [ -r "$log" ]; then
    tail -c 2097152 "$log" | tr -d '\000' \
      | grep -E "Cloud-init v\. .* (running '|finished at )|Running command \[.*'(yum|dnf|apt-get|zypper|tdnf)'" \
      | sed "s/^/ci-log$us/"
  fi
}

# ---------------------------------------------------------------- host

collect_host() {
  read_uptime
  if [ -z "$root" ]; then
    now=$(date +%s.%N)
    # busybox's date has no %N.
    case $now in *[!0-9.]*) now=$(date +%s) ;; esac
    fact now "$now"
    fact zone "$(date +%z)"
  elif [ -f "$root/etc/localtime" ]; then
    fact zone "$(TZ=":$root/etc/localtime" date +%z)"
  fi
  [ "$uptime" = 0 ] || fact uptime "$uptime"
  [ -f "$proc/stat" ] && sed -n "s/^btime /btime$us/p" "$proc/stat"
  text_of os-release "$root/etc/os-release" || text_of os-release "$root/usr/lib/os-release" \
    || text_of system-release "$root/etc/system-release" 200
  text_of boot-id "$proc/sys/kernel/random/boot_id" 64
  # Nitro's firmware names the instance; cloud-init's own note is in /run (this boot's) or in data (maybe an image's).
  text_of instance-id "$root/sys/devices/virtual/dmi/id/board_asset_tag" 64
  text_of instance-id "$root/run/cloud-init/.instance-id" 64
  # Written once for each instance that the disk has been part of, so the oldest is of that instance's first boot.
  text_of cloud-id "$root/run/cloud-init/.instance-id" 64
  times_of sem "$root"/var/lib/cloud/instances/*/sem/*
  text_of instance-id-data "$root/var/lib/cloud/data/instance-id" 64 && times_of instance-id-time "$root/var/lib/cloud/data/instance-id"
  text_of passwd "$root/etc/passwd" 131072
}

# ---------------------------------------------------------------- CodeDeploy agent and its deployments

collect_agent() {
  agent_home=$root/opt/codedeploy-agent
  config=$root/etc/codedeploy-agent/conf/codedeployagent.yml
  agent_root=/opt/codedeploy-agent/deployment-root
  if [ -f "$config" ]; then
    moved=$(head -c 65536 "$config" | sed -n "s/^ *:root_dir: *[\"']\{0,1\}\(\/[^\"'#]*\).*/\1/p" | sed -n "1s/ *$//p")
    [ -z "$moved" ] || agent_root=${moved%/}
  fi
  text=
  have systemctl && text=$(unit_text codedeploy-agent.service LoadState,ActiveState,After,WantedBy,UnitFileState)
  property LoadState "$text"
  if [ "$found" = loaded ]; then
    installed=true
    property ActiveState "$text"
    case $found in active | activating | reloading) running=true ;; *) running=false ;; esac
    property WantedBy "$text"; wanted=$found
    property UnitFileState "$text"
    case $found in enabled*) wanted=yes ;; esac
    if [ -n "$wanted" ]; then at_boot=true; else at_boot=false; fi
    property After "$text"
    case " $found " in *" cloud-final.service "* | *" cloud-init.target "*) after=true ;; *) after=false ;; esac
  elif [ -d "$agent_home" ] || [ -f "$config" ]; then
    installed=true running='' at_boot='' after=''
    collect_sysv_order
  else
    fact agent false
    return
  fi
  if [ -z "$running" ]; then
    running=false pid=
    # v1 keeps its pid here; without systemd it is the only sign.
    [ -f "$agent_home/state/.pid/codedeploy-agent.pid" ] && read -r pid _ <"$agent_home/state/.pid/codedeploy-agent.pid"
    case $pid in '' | *[!0-9]*) ;; *) [ -d "$proc/$pid" ] && running=true ;; esac
  fi
  fact agent "$installed" "$running" "$at_boot" "$after" "$agent_root"
  text_of agent-version "$agent_home/.version" 200
  collect_deployments
}

# Amazon Linux 1: rc runs S scripts in the order of their numbers, one after the other.
collect_sysv_order() {
  for link in "$root"/etc/rc.d/rc3.d/S*codedeploy-agent "$root"/etc/rc3.d/S*codedeploy-agent; do
    [ -e "$link" ] || [ -h "$link" ] || continue
    at_boot=true
    agent_number=${link##*/S}; agent_number=${agent_number%%[!0-9]*}
    for other in "${link%/*}"/S*cloud-final; do
      [ -e "$other" ] || [ -h "$other" ] || continue
      other_number=${other##*/S}; other_number=${other_number%%[!0-9]*}
      if [ "1$agent_number" -gt "1$other_number" ]; then after=true; else after=false; fi
    done
  done
  if [ -z "$at_boot" ] && have chkconfig; then
    if limited chkconfig codedeploy-agent >/dev/null; then at_boot=true; else at_boot=false; fi
  fi
}

# The start of a deployment: no file holds it, so the earliest sound trace stands for it. The agent makes the
# deployment's own directory when its first command comes, and only the directory's birth keeps that moment (0 where
# coreutils before 8.31 or the file system can't tell; a copied root has the births of the copy). most_recent_install
# is written at the end of DownloadBundle; the logs directory gets its entry when the first hook with a script starts,
# which may be an ApplicationStop before that. Logs have local time without a zone: see find_log_offset below.
collect_deployments() {
  [ -d "$root$agent_root" ] || return
  set -- "$root$agent_root"/deployment-instructions/*_most_recent_install
  [ $# -le 1 ] || several_groups=1
  (
    cd "$root$agent_root" || exit
    for file in deployment-instructions/*_most_recent_install deployment-instructions/*_last_successful_install; do
      name=${file##*/}
      case $name in *[!A-Za-z0-9._-]*) continue ;; esac
      text_of "install$us$name" "$file" 4096
    done
    set -- deployment-instructions/*_most_recent_install ./*/d-* ./*/d-*/logs ./*/d-*/logs/scripts.log \
      ./*/local-* ./*/local-*/logs ./*/local-*/logs/scripts.log ongoing-deployment/*
    if [ $# -gt 5000 ]; then
      problem "deployment-root holds $# entries: only the last installs are listed"
      set -- deployment-instructions/*_most_recent_install ongoing-deployment/*
    fi
    times_of deployment-time "$@"
    [ -n "$root" ] || stat -c "deployment-birth$us%.9W$us$us%n" -- "$@"
    log=deployment-logs/codedeploy-agent-deployments.log
    if [ -f "$log" ]; then
      times_of deployments-log-time "$log"
      tail -c 1048576 "$log" | tr -d '\000' | awk -v us="$us" '
        /^\[[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9:.]*\]/ {
          last = substr($0, 2, 23)
          line = substr($0, index($0, "]") + 1)
          # Only what the agent itself writes right after the id counts: the rest of a line is the application'"'"'s.
          if (line !~ /^ \[[A-Za-z0-9-]*\]LifecycleEvent - /) next
          id = line; sub(/^ \[/, "", id); sub(/\].*/, "", id)
          if (!(id in first)) { first[id] = last; print "first-line" us id us last }
        }
        END { if (last != "") print "last-line" us last }'
    fi
  )
}

# What each group has installed, as the agent lists it for its next clean-up. A list that is cut could name the wrong group.
collect_owned_files() {
  [ -n "$several_groups" ] && cd "$root$agent_root/deployment-instructions" || return
  total=0
  for file in *-cleanup; do
    case $file in *[!A-Za-z0-9._-]*) continue ;; esac
    [ -f "$file" ] || continue
    size=$(stat -L -c %s "$file")
    total=$((total + ${size:-0}))
    [ $total -le 2097152 ] || { problem "lists of deployed files too long: whose JVM is whose can't be told by files"; fact owned-cut; return; }
    text_of "owned$us${file%-cleanup}" "$file" 2097152
  done
}

# ---------------------------------------------------------------- packages

collect_packages() {
  asked_packages=
  if have rpm; then
    list=$(limited rpm -qa --qf '%{NAME} %{EPOCHNUM} %{VERSION} %{RELEASE} %{ARCH} %{INSTALLTIME}\n')
    code=$?
    if [ $code -eq 0 ]; then
      asked_packages=1
      fact packages-read
      printf '%s\n' "$list" | grep -E '^(codedeploy-agent|[^ ]*(java|jdk|jre|corretto|temurin|zulu|semeru|graalvm))' | sed "s/^/rpm$us/"
    elif [ $code -eq 124 ] || [ $code -eq 143 ]; then
      problem "rpm gave no answer within 10 s (its database may be locked)"
    elif [ $code -ne 127 ]; then
      problem "rpm -qa failed with exit code $code"
    fi
  fi
  admin=$root/var/lib/dpkg
  if have dpkg-query; then
    # shellcheck disable=SC2016
    list=$(limited dpkg-query --admindir="$admin" -W -f '${db:Status-Abbrev} ${Package} ${Architecture} ${Version} ${db-fsys:Last-Modified}\n')
    if [ -n "$list" ] || [ -f "$admin/status" ]; then
      asked_packages=1
      fact packages-read
      printf '%s\n' "$list" | grep -E '^[a-z][ih].? +(codedeploy-agent|[^ ]*(java|jdk|jre|corretto|temurin|zulu|semeru|graalvm))' \
        | while read -r state name arch version modified; do
          # Files are in place at "unpacked", when dpkg writes the list; dpkg before 1.19.3 can't tell its time.
          if [ -z "$modified" ]; then
            for file in "$admin/info/$name:$arch.list" "$admin/info/$name.list"; do
              [ -f "$file" ] && modified=$(stat -c %Y "$file") && break
            done
          fi
          case $state in ?i* | ?h* | ?U* | ?F* | ?W* | ?t*) fact dpkg "$name" "$arch" "$version" "$modified" ;; esac
        done
    fi
  fi
  [ -n "$asked_packages" ] || problem "packages unknown: neither rpm nor dpkg-query gave an answer"
}

# ---------------------------------------------------------------- JVMs

# -q keeps a newline in a directory's name from forging the next line of ls; busybox's ls has no -q, and replaces what
# is unprintable of its own accord.
quiet=q
ls -dq / >/dev/null 2>&1 || quiet=

# A recorded /proc may have exe as a plain file that holds the link's text.
recorded_exe() {
  for id; do
    if [ -f "$id/exe" ] && [ ! -h "$id/exe" ]; then
      text=
      read -r text <"$id/exe"
      printf '%s\n' "$id/exe:$text"
    fi
  done
}

# A JVM maps libjvm.so, whatever its launcher is called (jsvc, an application's own); a java that has not loaded it yet
# is known by its exe. One pass over all processes each; xargs splits what no command line could hold.
find_jvms() {
  # Reading the maps of a process that hangs in the kernel may hang as well.
  echo [0-9]*/maps | { limited xargs grep -l 'libjvm\.so'; [ $? -ne 124 ] || echo late; } | sed 's|/maps$||'
  echo [0-9]*/exe | xargs ls -ln$quiet \
    | sed -n 's|.* \([0-9][0-9]*\)/exe -> \(.*/\)\{0,1\}java\(;[0-9a-f]*\)\{0,1\}\( (deleted)\)\{0,1\}$|\1|p'
  [ -n "$live" ] || recorded_exe [0-9]* | sed -n 's|^\([0-9]*\)/exe:.*/java\( (deleted)\)\{0,1\}$|\1|p'
}

collect_jvms() {
  cd "$proc" || { problem "no /proc"; return; }
  # A recorded /proc holds plain links, and they must not be followed out of the root.
  live=
  [ -e self/stat ] && live=1
  [ -z "$live" ] || [ "$(id -u)" = 0 ] || problem "not run as root: other users' processes can't be read"
  found=$(find_jvms)
  case $found in *late*) problem "the maps of all processes could not be read within 10 s: JVMs may be missing" ;; esac
  # shellcheck disable=SC2046
  set -- $(echo "$found" | grep '^[0-9][0-9]*$' | sort -nu)
  [ $# -gt 0 ] || return
  if [ $# -gt 1000 ]; then
    problem "$# JVMs: the last 1000 are looked at"
    shift $(($# - 1000))
  fi
  ticks=
  [ -n "$live" ] && have getconf && ticks=$(getconf CLK_TCK)
  fact ticks "${ticks:-100}"
  {
    if [ -n "$live" ]; then
      ls -ln self/ns/pid
      for id; do echo "$id/exe"; done | xargs ls -lnL
    else
      recorded_exe "$@"
    fi
    for id; do echo "$id/exe $id/ns/pid"; done | xargs ls -ln$quiet | grep '^l'
    # grep, since some awks give up when a process vanishes between open and read.
    for id; do echo "$id/stat $id/status $id/cgroup $id/maps"; done | limited xargs grep -H ''
  } | awk -v us="$us" -v live="$live" "$scan_jvms" | describe_jvms
}

describe_jvms() {
  count=0
  while IFS=$us read -r id start uid inner unit container exe links libjvm mark home deleted; do
    if [ -n "$live" ]; then view=$id/root; else view=$root; fi
    gone=
    if [ -n "$libjvm" ] && [ "$mark" = 0 ]; then
      gone=false
    elif [ -n "$libjvm" ] && [ -d "$view/" ]; then
      # The kernel's mark is about the file that was mapped; its name may have been given to a new file.
      above=${home%/jre}
      if [ -e "$view$libjvm" ]; then gone=false
      elif [ -n "$live" ] || [ -d "$view${above%/*}" ]; then gone=true
      else gone=ask # the packages: a recorded root has no JDK directories, so a missing file proves nothing there
      fi
    fi
    fact jvm "$id" "$start" "$uid" "$unit" "$container" "$exe" "$links" "$gone" "$home" "$deleted"
    count=$((count + 1))
    [ "$count" -le 40 ] || continue
    [ -z "$home" ] || text_of "release$us$id" "$view$home/release" 4096 || text_of "release$us$id" "$view${home%/jre}/release" 4096
    collect_version_in_use "$id" "$view" "${inner:-$id}"
    [ "$count" -le 20 ] || continue
    collect_symptoms "$id"
    [ -z "$several_groups" ] || [ -n "$container" ] || collect_places "$id" "$unit"
  done
}

# The JVM's own record of java.version, in memory since its start, so true even where the files are gone. Any user may
# have planted the file, so only a plain one is read, and only what looks like a version is taken.
collect_version_in_use() {
  for file in "$2"/tmp/hsperfdata_*/"$3"; do
    [ -f "$file" ] && [ ! -h "$file" ] && limited head -c 65536 "$file" | tr -c 'A-Za-z0-9._+-' '\n' | awk -v tag="in-use$us$1$us" '
      /^java\.property\.java\.version$/ { on = 1; next }
      on && /^[0-9]/ { print tag substr($0, 1, 40); exit }'
  done
}

# Where a JVM of one of several groups lies: its unit's file, its working directory, paths of its command line.
collect_places() {
  [ -z "$2" ] || collect_unit_place "$1" "$2"
  # shellcheck disable=SC2012,SC2020
  {
    ls -ln$quiet "$1/cwd" | sed -n 's/.* -> \(\/.*\)/\1/p'
    head -c 131072 "$1/cmdline" | tr '\000:=,' '\n\n\n\n' | grep '^/' | grep -v '/java$' | head -n 200
  } | cut -c 1-1000 | sed "s/^/place$us$1$us/"
}

collect_unit_place() {
  property FragmentPath "$(unit_text "$2" FragmentPath)"
  fact unit-place "$1" "$found"
}

# Only what the JVM itself has open as stdout, stderr or *.log, through its own descriptor: no other file can be slipped in.
collect_symptoms() {
  [ -d "$1/fd" ] || return
  # shellcheck disable=SC2012
  ls -ln$quiet "$1/fd/" | sed -n -e 's/.* \([12]\) -> \(\/.*\)/\1 \2/p' -e 's/.* \([0-9][0-9]*\) -> \(\/.*\.log\)$/\1 \2/p' \
    | sort -u -k 2 | head -n 4 | while read -r number path; do
      if [ -n "$live" ]; then file=$1/fd/$number; elif [ -h "$root$path" ]; then continue; else file=$root$path; fi
      [ -f "$file" ] || continue
      fact symptom-file "$path"
      limited tail -c 262144 "$file" | tr -d '\000' | grep -E "$failure_patterns" | tail -n 50 | cut -c 1-1000 | sed "s/^/symptom$us/"
    done
}

# What a JVM says once its JDK is gone or replaced (33 runs, JDK 8 to 25).
# shellcheck disable=SC2016
failure_patterns='NoClassDefFoundError: Could not initialize class (sun|java|javax|jdk|com\.sun)\.
|FileNotFoundException: .*/(jre/)?lib/
|InternalError: (Error loading|Currency data|java\.io\.FileNotFound)
|Can.t read cryptographic policy directory
|UnsatisfiedLinkError: no [a-z]+ in
|Failed to exec spawn helper
|NoSuchAlgorithmException: TLS SSLContext not available
|SystemModuleFinders\$SystemImage'
failure_patterns=$(printf '%s' "$failure_patterns" | tr -d '\n')

# Joins what ls and grep say of each JVM, one line each, stale ones first.
# shellcheck disable=SC2016
scan_jvms='
function clean(value) { gsub(/[\001-\037]/, "?", value); return value }
function plain(path) {
  sub(/ \(deleted\)$/, "", path)
  # rpm writes NAME;8-hex-digits first and renames it: a JVM started in between keeps that name.
  sub(/;[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]$/, "", path)
  return path
}
function finish(  field, i, n, home, list, line, path, unit) {
  # The name in parentheses may hold anything, newlines and ")" too: count from the last ")".
  sub(/.*\)/, "", stat)
  split(stat, field, " ")
  if (field[20] !~ /^[0-9]+$/) field[20] = ""
  if (!executable) libjvm = ""
  if (field[20] == "" && live || libjvm == "" && plain(exe[pid]) !~ /(^|\/)java$/) return
  home = libjvm
  if (libjvm != "") sub(/\/lib\/([^\/]+\/)?[^\/]+\/libjvm\.so$/, "", home)
  else if (exe[pid] ~ /\/bin\/java/) { home = plain(exe[pid]); sub(/\/bin\/java$/, "", home) }
  for (i = 1; i <= mapped; i++) {
    path = file_of[i]
    if (gone[path] && home != "" && index(path, home "/") == 1) list = list us clean(path)
  }
  n = split(place, part, "/")
  for (i = 2; i <= n && unit == ""; i++) if (part[i] ~ /\.(service|scope)$/) unit = part[i]
  # Many services have a mount namespace of their own (PrivateTmp); only another pid namespace makes a container.
  if (ns[pid] != ns["self"] && ns[pid] != "") container = "true"
  # The kernel marks the text of a link to a file without a name; the count of other names is not in it.
  if (!live && exe[pid] != "") links[pid] = exe[pid] ~ / \(deleted\)$/ ? 0 : 1
  line = pid us field[20] us uid us inner us clean(unit) us container us clean(exe[pid]) us links[pid] us clean(libjvm) us lost us clean(home) list
  if (list != "" || links[pid] == "0") print line
  else rest[++kept] = line
}
function start(id,  i) {
  if (pid != "") finish()
  for (i = 1; i <= mapped; i++) delete gone[file_of[i]]
  pid = id; mapped = lost = 0
  stat = uid = inner = place = container = libjvm = executable = ""
}
function read_map(line,  path, marked) {
  if (!match(line, /^[0-9a-f]+-[0-9a-f]+ [^ ]+ [^ ]+ [^ ]+ [0-9]+ +\//)) return
  path = substr(line, RLENGTH)
  marked = path ~ / \(deleted\)$/
  path = plain(path)
  if (!(path in gone)) { file_of[++mapped] = path; gone[path] = 0 }
  if (marked) gone[path] = 1
  if (path !~ /\/libjvm\.so$/) return
  if (line ~ /^[^ ]+ ..x/) executable = 1
  if (libjvm == "" || marked) { libjvm = path; lost = marked }
}
/^l/ {
  n = split(substr($0, 1, index($0, " -> ") - 1), part, " "); split(part[n], name, "/")
  if (name[2] == "exe") exe[name[1]] = substr($0, index($0, " -> ") + 4)
  else ns[name[1]] = substr($0, index($0, " -> ") + 4)
  next
}
/^-/ { n = split($0, part, " "); split(part[n], name, "/"); if (name[2] == "exe") links[name[1]] = part[2]; next }
{
  text = substr($0, index($0, ":") + 1)
  split(substr($0, 1, index($0, ":") - 1), name, "/")
  if (name[2] == "exe") { exe[name[1]] = text; next }
  if (name[1] != pid) start(name[1])
  if (name[2] == "stat") stat = stat text "\n"
  else if (name[2] == "maps") read_map(text)
  else if (name[2] == "status") {
    n = split(text, part, /[ \t]+/)
    if (part[1] == "Uid:") uid = part[2]
    else if (part[1] == "NSpid:") inner = part[n]
  } else if (name[2] == "cgroup") {
    if (text ~ /^0::\/./) place = substr(text, 4)
    else if (place == "" && text ~ /^[0-9]+:name=systemd:\//) place = substr(text, index(text, ":/") + 1)
    if (text ~ /\/((docker|ecs|kubepods|kubepods\.slice|lxc|machine\.slice|containerd)\/|(docker|libpod|crio|cri-containerd)-[0-9a-f]+\.scope|lxc\.payload)/) container = "true"
  }
}
END { start(""); for (i = 1; i <= kept; i++) print rest[i] }'

# ---------------------------------------------------------------- failed units

collect_failed_units() {
  have systemctl || return
  limited systemctl list-units --state=failed --type=service --no-legend --no-pager \
    | sed -n 's/^[^A-Za-z0-9]*\([A-Za-z0-9@:_.\\-]*\.service\) .*/\1/p' | head -n 10 \
    | while read -r unit; do
      text=$(unit_text "$unit" Result,ExecMainStatus,ExecStart)
      starts_java "$text"
      property Result "$text"; result=$found
      property ExecMainStatus "$text"
      fact failed-unit "$unit" "$result" "$found" "$java"
      [ -z "$several_groups" ] || collect_unit_place "$unit" "$unit"
    done
}

# Sets java: whether an ExecStart, or the script that the first names, speaks of java; empty if that can't be told.
starts_java() {
  java=
  path=${1#*path=}; path=${path%% ;*}
  case $1 in
    *'ExecStart={'*) ;;
    *) return ;;
  esac
  case $1 in
    *[/\ ]java\ * | *JAVA_HOME* | */jvm/* | *jsvc* | *.jar\ *) java=true ;;
    *)
      java=false
      # Unreadable is not known; what is not there at all is no java.
      if [ -f "$root$path" ]; then
        head -c 65536 "$root$path" | grep -qi 'java\|jdk\|jre' && java=true
        [ -r "$root$path" ] || java=
      fi
      ;;
  esac
}

# ---------------------------------------------------------------- all of it, then the JSON

collect() {
  for tool in head tail tr sed grep ls xargs sort cut stat date; do
    have "$tool" || problem "$tool is not in PATH: what it reads is missing"
  done
  have timeout && timeout 5 true && limit=1
  fact asked "$asked"
  several_groups=
  collect_host
  collect_cloud_init
  collect_agent
  collect_packages
  collect_failed_units
  collect_jvms
  collect_owned_files
}

without_awk() {
  printf '{"schema":1,"host":{},"problems":["%s"]}\n' "$1"
}

# shellcheck disable=SC2016
write_json='
# No apostrophe may stand in this program: the shell would end it there.

# ---- text and time
function quoted(value,  out) {
  value = substr(value, 1, longest)
  gsub(/[^ -~]/, "?", value)
  while (match(value, /["\\]/)) {
    out = out substr(value, 1, RSTART - 1) "\\" substr(value, RSTART, 1)
    value = substr(value, RSTART + 1)
  }
  return "\"" out value "\""
}
function number(value) { value = sprintf("%.3f", value); sub(/\.?0+$/, "", value); return value == "-0" ? "0" : value }
function member(name, json) { return json == "" ? "" : ",\"" name "\":" json }
function text_member(name, value) { return value == "" ? "" : member(name, quoted(value)) }
function object(members) { return "{" substr(members, 2) "}" }
function array(items) { return "[" substr(items, 2) "]" }
# Days since 1970-01-01 in the Gregorian calendar; no awk but gawk has mktime.
function days(year, month, day) {
  if (month < 3) { year--; month += 12 }
  return 365 * year + int(year / 4) - int(year / 100) + int(year / 400) + int((153 * month - 457) / 5) + day - 719469
}
function seconds(year, month, day, clock,  part) {
  split(clock, part, ":")
  return days(year + 0, month + 0, day + 0) * 86400 + part[1] * 3600 + part[2] * 60 + part[3]
}
# cloud-init: "at Sun, 22 Nov 2026 22:11:23 +0000"
function rfc_date(line,  part) {
  if (!match(line, /[0-9]+ [A-Z][a-z][a-z] [0-9][0-9][0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9] \+0000/)) return ""
  split(substr(line, RSTART, RLENGTH), part, " ")
  return seconds(part[3], (index("JanFebMarAprMayJunJulAugSepOctNovDec", part[2]) + 2) / 3, part[1], part[4])
}
function stamp_date(stamp) { return seconds(substr(stamp, 1, 4), substr(stamp, 6, 2), substr(stamp, 9, 2), substr(stamp, 12)) }
function trouble(what) { if (!(what in known_trouble)) { known_trouble[what]; problem[++problems] = what } }
# The boot, on the clock that a file time was taken from; empty if the time is none of this boot. btime has whole
# seconds, hence the second of grace. A clock that was set after the boot (chrony) leaves times of the old clock behind.
function boot_of(at) {
  if (booted == "" || at == "") return ""
  if (booted_then != "" && at >= booted_then - 1 && (at <= finished_time || at < booted - 1) && at <= booted_then + uptime) return booted_then
  return at >= booted - 1 && at <= now + 5 ? booted : ""
}
function in_boot(at) { return boot_of(at) != "" }
function since_boot(at) { at -= boot_of(at); return number(at < 0 ? 0 : at) }
# boot-finished has the uptime in its text and the clock in its file time. systemd saw the same moment as uptime, so the
# file is of this boot, whatever the clock says.
function find_clock_step(  end) {
  if (booted == "" || ci_end_us == "" || !match(finished_text, /^[0-9]+\.?[0-9]* - /)) return
  end = substr(finished_text, 1, RLENGTH - 3)
  if (end - ci_end_us / 1000000 > 5 || ci_end_us / 1000000 - end > 5) return
  booted_then = finished_time - end
  if (booted_then - booted < 3 && booted - booted_then < 3) booted_then = ""
  else trouble("the clock was set by about " int(booted - booted_then) " s after cloud-init had finished")
}

# ---- host
function os_value(line) { sub(/^[^=]*=/, "", line); gsub(/["\047]/, "", line); return line }
function build_host(  json, zone_seconds) {
  json = text_member("os", os) text_member("osVersion", os_version)
  if (instance_id == "" && data_id != "" && in_boot(data_id_time)) instance_id = data_id
  json = json text_member("instanceId", instance_id) text_member("bootId", boot_id)
  if (now != "") json = json member("now", number(now))
  if (uptime != "") json = json member("uptime", number(uptime))
  if (zone ~ /^[-+][0-9][0-9][0-9][0-9]$/) {
    zone_seconds = substr(zone, 2, 2) * 3600 + substr(zone, 4, 2) * 60
    json = json member("utcOffsetSeconds", (substr(zone, 1, 1) == "-" ? -zone_seconds : zone_seconds) + 0)
  }
  return object(json)
}

# ---- cloud-init
function read_errors(all,  item, out) {
  if (!match(all, /"errors": *\[/)) return
  all = substr(all, RSTART + RLENGTH)
  while (match(all, /^[ ,]*"([^"\\]|\\.)*"/)) {
    item = substr(all, 1, RLENGTH); all = substr(all, RLENGTH + 1)
    sub(/^[ ,]*"/, "", item); sub(/"$/, "", item)
    out = ""
    while (match(item, /\\./)) {
      out = out substr(item, 1, RSTART - 1) (substr(item, RSTART + 1, 1) ~ /[nrt]/ ? " " : substr(item, RSTART + 1, 1))
      item = substr(item, RSTART + 2)
    }
    ci_error[++ci_errors] = substr(out item, 1, 200)
  }
}
function near(one, other) { return other != "" && one - other < 120 && other - one < 120 }
function up_of(line) { return match(line, /Up [0-9]+\.?[0-9]* seconds/) ? substr(line, RSTART + 3, RLENGTH - 11) : "" }
# Logs of the image and of earlier boots stand in the same file: a stage line carries date and uptime, and so its boot.
function read_log(  i, line, mine, up, at, stage) {
  for (i = 1; i <= log_lines; i++) {
    line = log_line[i]
    up = up_of(line)
    if (up != "") {
      at = rfc_date(line)
      mine = at != "" && (near(at - up, booted) || near(at - up, booted_then))
      if (mine) {
        log_is_ours = 1
        if (match(line, /Cloud-init v\. [^ ]+/)) log_version = substr(line, RSTART + 14, RLENGTH - 14)
        if (line ~ / finished at /) log_end = up
        if (match(line, / running \047[a-z:-]+\047 at /)) {
          stage = substr(line, RSTART + 10, RLENGTH - 15); sub(/:/, "-", stage)
          log_start[stage] = up
        }
      }
    } else if (mine && line ~ /Running command \[.*((yum|dnf|zypper).,.*.(upgrade|update|update-minimal)\047|apt-get.,.*.(dist-upgrade|upgrade)\047)/) upgraded = 1
  }
}
# status.json, which cloud-init writes one member a line: the name of a stage is two spaces in, its times three.
function read_status(line) {
  sub(/[ ,]+$/, "", line)
  if (line ~ /^  "[a-z-]+": *[{]$/) { stage_read = line; gsub(/[^a-z-]/, "", stage_read) }
  else if (length(line) < 40 && line ~ /^   "(start|finished)": *[0-9]+[.]?[0-9]*$/)
    stage_time[stage_read, substr(line, 5, 1)] = substr(line, match(line, /[0-9]/)) + 0
}
# Epoch seconds as a rule, seconds since boot in newer versions; empty where it is no moment of this boot.
function stage_uptime(at) {
  if (at == "") return ""
  if (in_boot(at)) return since_boot(at)
  return uptime != "" && at <= uptime + 1 ? number(at) : ""
}
function build_stages(  name, n, i, list, start, end, told) {
  n = split("init-local init modules-config modules-final", name, " ")
  for (i = 1; i <= n; i++) if (stage_time[name[i], "s"] != "") told = 1
  for (i = 1; i <= n; i++) {
    start = stage_uptime(stage_time[name[i], "s"]); end = stage_uptime(stage_time[name[i], "f"])
    # cloud-init that writes no status.json says in its log when a stage begins, not when it ends.
    if (!told) { start = log_start[name[i]]; end = "" }
    if (start == "") continue
    if (end != "" && end + 0 < start + 0) end = ""
    start = member("startedUptime", number(start))
    list = list "," object(member("name", quoted(name[i])) start (end == "" ? "" : member("finishedUptime", number(end))))
  }
  return list == "" ? "" : array(list)
}
function build_cloud_init(  json, end, source, version, i, list) {
  read_log()
  if (match(finished_text, /^[0-9]+\.?[0-9]* - /)) {
    end = substr(finished_text, 1, RLENGTH - 3) + 0
    # Without a clock, result.json in /run shows that cloud-init ran in this boot.
    if (booted != "" ? !(in_boot(finished_time) && end <= uptime + 1) : !(result_time != "" && finished_time != "")) end = ""
  }
  if (end != "") { version = finished_text; if (!sub(/.* - v\. /, "", version)) version = "" }
  if (version == "") version = log_version
  if (ci_end_us != "") { end = ci_end_us / 1000000; source = "systemd" }
  else if (!ci_by_files) end = ""
  else if (end != "") source = "boot-finished"
  else if (in_boot(result_time)) { end = since_boot(result_time); source = "result.json" }
  else if (log_end != "") { end = log_end; source = "log" }
  if (ci_state == "unknown" && end != "") ci_state = "done"
  if (ci_state == "unknown") trouble("cloud-init: neither systemd nor its own files tell whether it has finished")
  json = member("state", quoted(ci_state)) text_member("version", version)
  if (end != "") json = json member("finishedUptime", number(end)) member("source", quoted(source))
  if (upgraded || (log_is_ours && ci_state ~ /done|failed/)) json = json member("upgradedPackages", upgraded ? "true" : "false")
  if (result_text != "" && (booted == "" || in_boot(result_time))) {
    read_errors(result_text)
    for (i = 1; i <= fitting("cloudInit.errors", ci_errors); i++) list = list "," quoted(ci_error[i])
    json = json member("errors", array(list))
  }
  return object(json member("stages", build_stages()))
}

# ---- deployments
function parts_of_path(path, part,  n) { n = split(path, part, "/"); sub(/[ \t\r]+$/, "", part[n]); return n }
function valid_id(id) { return length(id) <= 60 && id ~ /^(d-[A-Za-z0-9-]+|local-[0-9]+)$/ }
function seen_deployment(group, id) {
  if (!valid_id(id) || length(group) > 100 || group !~ /^[A-Za-z0-9._-]+$/ || ((group, id) in deployment_index)) return
  deployment_index[group, id] = ++deployments
  group_of[deployments] = group; id_of[deployments] = id
}
# The agent stamps its log in local time without a zone. Its last line was written when the file was: the difference
# to the file time is the offset, if it is whole quarters of an hour; the zone of now need not be the zone of then.
function find_log_offset(  off, whole) {
  log_offset = ""
  if (last_line == "" || log_time == "") return
  off = stamp_date(last_line) - log_time
  whole = int(off / 900 + (off < 0 ? -0.5 : 0.5)) * 900
  if (off - whole < 3 && whole - off < 3 && whole <= 50400 && whole >= -43200) log_offset = whole
}
function read_deployments(  i, path, part, n, group, id, name) {
  for (i = 1; i <= times; i++) {
    path = time_path[i]
    n = parts_of_path(path, part)
    if (part[1] == "." && n >= 3) {
      # Directories of the agent itself stand beside those of the groups.
      if (part[2] ~ /^(ongoing-deployment|deployment-instructions|deployment-logs)$/) continue
      seen_deployment(part[2], part[3])
      name = n == 3 ? "dir" : n == 4 && part[4] == "logs" ? "logs" : n == 5 ? "scripts" : ""
      file_time[part[2], part[3], name] = time_of[i]
    } else if (part[1] == "ongoing-deployment" && n == 2) {
      if (valid_id(part[2]) && in_boot(time_of[i]) && uptime - since_boot(time_of[i]) < 86400) ongoing[++ongoings] = part[2]
    } else if (part[1] == "deployment-instructions") {
      group = part[2]; sub(/_most_recent_install$/, "", group)
      recent_time[group] = time_of[i]
    }
  }
  for (name in install) {
    n = parts_of_path(install[name], part)
    if (n < 2) continue
    group = name
    if (sub(/_most_recent_install$/, "", group)) recent[group] = part[n]
    else if (sub(/_last_successful_install$/, "", group)) installed[group] = part[n]
    # The path names the group as well; where both differ the file was not written by an agent.
    if (part[n - 1] == group) seen_deployment(group, part[n])
    else trouble("deployment-instructions: " name " names another group")
  }
  find_log_offset()
}
function earlier(at, source) { if (at != "" && (start == "" || at < start)) { start = at; start_source = source } }
function find_start(i,  group, id, logs, line, born_at) {
  group = group_of[i]; id = id_of[i]; start = start_source = ""
  if (recent[group] == id) earlier(recent_time[group], "most_recent_install")
  logs = file_time[group, id, "logs"]
  earlier(logs, "scripts.log")
  born_at = file_birth[group, id]
  # A clock that was set in between must not make an earlier boot of this one.
  if (start != "" && born_at ~ /^[1-9]/ && in_boot(born_at)) earlier(born_at + 0, "deployment-root")
  if (id in first_line && log_offset != "") {
    line = stamp_date(first_line[id]) - log_offset
    if (logs == "" || (line - logs < 60 && logs - line < 60)) earlier(line, "deployments.log")
  }
  if (start == "") { start = file_time[group, id, "dir"]; start_source = "" }
  if (start != "" && start > now + 5 && booted != "" && !in_boot(start)) {
    trouble("deployments: files newer than now")
    start = ""
  }
}
function build_deployments(  first_boot, i, j, json, list, this_boot, rank, order, shown, key, has_current) {
  first_boot = born[cloud_id != "" ? cloud_id : instance_id]
  for (i = 1; i <= deployments; i++) {
    find_start(i)
    this_boot = in_boot(start)
    if (this_boot) has_current[group_of[i]] = 1
    json = member("groupId", quoted(group_of[i])) member("deploymentId", quoted(id_of[i]))
    if (this_boot && start_source != "") json = json member("startedUptime", since_boot(start)) member("source", quoted(start_source))
    if (booted != "" && start != "") json = json member("thisBoot", this_boot ? "true" : "false")
    # The agent may be a little earlier than cloud-init; an image takes longer to make.
    if (!this_boot && start != "" && first_boot != "") json = json member("thisInstance", start < first_boot - 120 ? "false" : "true")
    json = json member("lastInstalled", installed[group_of[i]] == id_of[i] ? "true" : "false")
    deployment_json[i] = object(json)
    rank[i] = (this_boot ? since_boot(start) : -1) + (recent[group_of[i]] == id_of[i] ? 1e9 : 0) + (installed[group_of[i]] == id_of[i] ? 1e9 : 0) + (id_of[i] == asked ? 1e11 : 0)
    keep[i] = this_boot || rank[i] > 9e8
  }
  for (i = 1; i <= deployments; i++) {
    if (!keep[i]) continue
    # An earlier boot counts only where the group has nothing of this one.
    if (has_current[group_of[i]] && id_of[i] != asked && deployment_json[i] ~ /"thisBoot":false/) continue
    for (j = shown++; j > 0 && rank[order[j]] < rank[i]; j--) order[j + 1] = order[j]
    order[j + 1] = i
  }
  for (i = 1; i <= fitting("deployments", shown); i++) list = list "," deployment_json[order[i]]
  return array(list)
}
function build_agent(  json, list, i) {
  if (agent_installed == "") return ""
  json = member("installed", agent_installed)
  if (agent_installed == "true") {
    json = json text_member("version", agent_version) member("running", agent_running) member("startsAtBoot", agent_at_boot)
    json = json member("afterCloudInit", agent_after) text_member("rootDir", agent_root)
    for (i = 1; i <= fitting("agent.ongoing", ongoings); i++) list = list "," quoted(ongoing[i])
    json = json member("ongoing", array(list))
  }
  return object(json)
}

# ---- packages
function is_jdk(name) {
  if (name ~ /-(src|source|doc|javadoc|javadoc-zip|demo|debuginfo|debugsource|dbg)$/) return 0
  return name ~ /^(java|openjdk|jdk|jre|temurin|zulu|graalvm|msopenjdk|sapmachine|adoptopenjdk)-?[0-9]/ \
    || name ~ /^(java-latest-openjdk|openjdk-|temurin-|zulu-|bellsoft-java|ibm-semeru|graalvm-|oracle-java|adoptopenjdk-|jdk-|jre-)/
}
function add_package(name, version, bare, release, arch, at, manager,  j) {
  if (name == "codedeploy-agent") { if (agent_version == "") { agent_version = bare; sub(/-.*/, "", agent_version) }; return }
  if (!is_jdk(name)) return
  # Newest first, so that a cut takes the oldest.
  for (j = packages++; j > 0 && package_at[j] + 0 < at + 0; j--) {
    package_version[j + 1] = package_version[j]; package_manager[j + 1] = package_manager[j]; package_at[j + 1] = package_at[j]; package_name[j + 1] = package_name[j]
    package_java[j + 1] = package_java[j]; package_tail[j + 1] = package_tail[j]; package_arch[j + 1] = package_arch[j]
  }
  j++
  package_at[j] = at; package_name[j] = name; package_java[j] = java_version(bare)
  package_tail[j] = release == "" ? "" : "-" bare "-" release "." arch
  package_arch[j] = arch
  package_version[j] = version; package_manager[j] = manager
}
function build_package(i,  json, at) {
  json = member("name", quoted(package_name[i])) member("version", quoted(package_version[i]))
  at = package_at[i]
  # Put on the present clock, as the reader takes it.
  if (at ~ /^[0-9]+$/) json = json member("installedAt", number(in_boot(at) ? at - boot_of(at) + booted : at))
  return object(json member("manager", quoted(package_manager[i])))
}
function build_packages(  i, list) {
  if (!packages_read) return ""
  for (i = 1; i <= fitting("packages", packages); i++) list = list "," build_package(i)
  return array(list)
}
# A package version as the JVM itself writes it: 1.8.0.372.b07, 8u372-b07 -> 1.8.0_372; 17.0.13.0.11, 17.0.13+11 -> 17.0.13
function java_version(version,  part, n, i, out) {
  if (match(version, /^1\.8\.0[._][0-9]+/)) return "1.8.0_" substr(version, 7, RLENGTH - 6)
  if (match(version, /^8u[0-9]+/)) return "1.8.0_" substr(version, 3, RLENGTH - 2)
  n = split(version, part, ".")
  if (!match(version, /^[0-9]+/)) return ""
  out = part[1] + 0
  for (i = 2; i <= n && i <= 3 && part[i - 1] ~ /^[0-9]+$/ && match(part[i], /^[0-9]+/); i++) out = out "." substr(part[i], 1, RLENGTH)
  return out
}

# ---- JVMs
function jdk_directory(home) { sub(/\/jre$/, "", home); sub(/.*\//, "", home); return home }
function family(name) { while (sub(/-(headless|devel|jre|jdk|jre-headless|jdk-headless|jmods|slowdebug|fastdebug)$/, "", name)) continue; return name }
# Whose package is this JDK directory? Sets owner (a package of its family, 0: none) and owned (1: that very directory).
# RPM OpenJDK names its directory after the build (java-17-openjdk-17.0.2.0.8-13.el9.x86_64): another build, another
# directory, and the old one goes. Corretto, Debian and the like keep one directory for all builds.
function directory_owned(directory,  i, base, debian) {
  owner = owned = 0
  for (i = 1; i <= packages; i++) {
    base = family(package_name[i])
    debian = base; sub(/^openjdk-/, "java-", debian)
    if (directory == base || directory == base "." package_arch[i] || directory == base "-" package_arch[i] \
      || directory == base package_tail[i] || (debian != base && directory == debian "-openjdk-" package_arch[i])) { owner = i; owned = 1; return }
    if (!owner && index(directory, base "-") == 1) owner = i
  }
}
function path_version(directory,  part, n) {
  n = split(directory, part, "-")
  if (n >= 3 && part[n - 1] ~ /^[0-9]+\.[0-9]/ && part[n] ~ /\./) return java_version(part[n - 1])
  if (match(directory, /1\.8\.0_[0-9]+/)) return substr(directory, RSTART, RLENGTH)
  if (directory !~ /1\.8\.0/ && match(directory, /[0-9]+\.[0-9]+\.[0-9]+/)) return substr(directory, RSTART, RLENGTH)
  return ""
}
function build_jvm(line,  f, n, i, json, pid, gone, home, directory, stale, user, used, on_disk, list, shown) {
  n = split(line, f, us)
  pid = f[2]; gone = f[9]; home = f[10]
  json = member("pid", pid)
  if (f[3] != "") json = json member("startedUptime", number(f[3] / ticks))
  user = f[4]
  if (user in user_name && f[6] == "") user = user_name[user]
  json = json text_member("user", user) text_member("unit", f[5]) member("container", f[6] == "" ? "false" : "true")
  json = json text_member("exe", f[7]) member("exeLinks", f[8])
  if (f[3] != "") json = json member("startTicks", f[3])
  stale = f[8] == "0" || (n > 10 && f[11] != "")
  directory = jdk_directory(home)
  # A container has packages of its own.
  if (f[6] == "") directory_owned(directory)
  else owner = owned = 0
  if (gone == "ask") gone = !packages_read || (!owner && path_version(directory) == "") ? "" : owned ? "false" : "true"
  used = in_use[pid]
  if (used == "") used = path_version(directory)
  on_disk = release[pid]
  if (on_disk == "" && owner) on_disk = package_java[owner]
  if (used == "" && !stale) used = on_disk
  json = json text_member("javaHome", home) member("javaHomeGone", gone)
  if (n == 11 && f[11] == "") n = 10
  shown = fitting("jvms.deletedMappings", n - 10)
  for (i = 1; i <= shown; i++) list = list "," quoted(f[10 + i])
  return object(json member("deletedMappings", array(list)) text_member("versionInUse", used) text_member("versionOnDisk", on_disk) text_member("groupId", group_at(pid)))
}
function build_jvms(  i, list) {
  for (i = 1; i <= fitting("jvms", jvms); i++) list = list "," build_jvm(jvm[i])
  return array(list)
}
# ---- whose files are they? The longest path that a group has installed decides, above it or in it.
function owned_by(path,  shorter) {
  if (index(path, agent_root "/") == 1) {
    path = substr(path, length(agent_root) + 2)
    sub(/\/.*/, "", path)
    return path in recent ? path : ""
  }
  if (path in inside && !(path in owner_of)) return inside[path]
  while (path != "") {
    if (path in owner_of) return owner_of[path]
    sub(/\/[^\/]*$/, "", path)
  }
  return ""
}
function own(list, path, group) {
  if (!(path in list)) list[path] = group
  else if (list[path] != group) list[path] = "?"
}
function read_owned(group, path,  above) {
  above = path
  sub(/\/[^\/]*$/, "", above)
  if (path in wanted) own(owner_of, path, group)
  if (above in wanted) own(inside, above, group)
}
function want_place(id, path) {
  sub(/\/+\*?$/, "", path)
  if (path !~ /^\//) return
  place_of[++places] = id; place[places] = path
  while (path != "") { wanted[path]; sub(/\/[^\/]*$/, "", path) }
}
function group_at(id,  i, group) {
  if (owned_cut) return ""
  if (id in unit_place && (group = owned_by(unit_place[id])) ~ /[^?]/) return group
  for (i = 1; i <= places; i++) {
    if (place_of[i] != id || owned_by(place[i]) == "") continue
    if (group != "" && group != owned_by(place[i])) return ""
    group = owned_by(place[i])
  }
  return group == "?" ? "" : group
}
function build_failed_units(  i, list, json) {
  for (i = 1; i <= fitting("failedUnits", failed_units); i++) {
    json = member("unit", quoted(failed_unit[i])) text_member("result", failed_result[i])
    if (failed_status[i] ~ /^[0-9]+$/) json = json member("exitStatus", failed_status[i])
    json = json member("java", failed_java[i]) text_member("groupId", group_at(failed_unit[i]))
    list = list "," object(json)
  }
  return array(list)
}

# ---- symptoms: class and message of an exception, nothing else of the line
function add_symptom(line) {
  if (!match(line, /([A-Za-z_][A-Za-z0-9_$]*\.)+[A-Z][A-Za-z0-9_$]*(Error|Exception)(: .*)?$/)) return
  line = substr(substr(line, RSTART), 1, 300)
  if ((symptom_file, line) in known_symptom) return
  known_symptom[symptom_file, line]
  symptom_at[++symptoms] = symptom_file; symptom[symptoms] = line
}
function build_symptoms(  i, list) {
  for (i = 1; i <= fitting("symptoms", symptoms); i++) list = list "," object(member("file", quoted(symptom_at[i])) member("line", quoted(symptom[i])))
  return array(list)
}

# ---- the whole, cut until it fits
function fitting(name, count) {
  if (count <= cap[name]) return count
  if (!(name in was_cut)) { was_cut[name]; truncated = truncated "," quoted(name) }
  return cap[name]
}
function build(  json, i, list, name) {
  for (name in was_cut) delete was_cut[name]
  truncated = ""
  ci_errors = 0
  json = ",\"schema\":1" member("host", build_host()) member("cloudInit", build_cloud_init())
  json = json member("agent", build_agent()) member("deployments", build_deployments()) member("packages", build_packages())
  json = json member("jvms", build_jvms()) member("failedUnits", build_failed_units()) member("symptoms", build_symptoms())
  for (i = 1; i <= fitting("problems", problems); i++) list = list "," quoted(problem[i])
  json = json member("problems", array(list)) member("truncated", array(truncated))
  return object(json)
}
function caps(level) {
  longest = level < 11 ? 300 : 100
  cap["symptoms"] = level < 1 ? 20 : level < 2 ? 5 : 0
  cap["failedUnits"] = level < 3 ? 10 : level < 12 ? 3 : 0
  cap["packages"] = level < 4 ? 60 : level < 10 ? 15 : 5
  cap["problems"] = level < 5 ? 20 : level < 11 ? 5 : 2
  cap["cloudInit.errors"] = level < 5 ? 5 : level < 11 ? 1 : 0
  cap["agent.ongoing"] = 5
  cap["jvms.deletedMappings"] = level < 6 ? 30 : level < 8 ? 6 : level < 10 ? 2 : 1
  cap["jvms"] = level < 7 ? 100 : level < 8 ? 40 : level < 9 ? 20 : level < 10 ? 12 : level < 12 ? 8 : 3
  cap["deployments"] = level < 9 ? 40 : level < 10 ? 15 : 5
}

BEGIN { FS = us; ticks = 100; longest = 300 }
{ rest = substr($0, length($1) + 2) }
$1 == "asked" { asked = $2 }
$1 == "now" { now = $2 }
$1 == "uptime" { uptime = $2 }
$1 == "btime" { btime = $2 }
$1 == "zone" { zone = $2 }
$1 == "os-release" && rest ~ /^ID=/ { os = os_value(rest) }
$1 == "os-release" && rest ~ /^VERSION_ID=/ { os_version = os_value(rest) }
$1 == "system-release" && os == "" {
  os = rest ~ /^Amazon/ ? "amzn" : tolower(substr(rest, 1, index(rest " ", " ") - 1))
  if (match(rest, /[0-9][0-9.]*/)) os_version = substr(rest, RSTART, RLENGTH)
}
$1 == "boot-id" && boot_id == "" && rest ~ /^[0-9a-f-]+$/ { boot_id = rest }
$1 == "instance-id" && instance_id == "" && rest ~ /^i-[0-9a-f]+$/ && length(rest) <= 19 { instance_id = rest }
$1 == "instance-id-data" && rest ~ /^i-[0-9a-f]+$/ && length(rest) <= 19 { data_id = rest }
$1 == "instance-id-time" { data_id_time = $2 }
$1 == "cloud-id" && cloud_id == "" { cloud_id = rest }
$1 == "sem" {
  id = $4; sub(/\/sem\/[^\/]*$/, "", id); sub(/.*\//, "", id)
  if (!(id in born) || $2 < born[id]) born[id] = $2
}
$1 == "passwd" { split(rest, passwd, ":"); if (!(passwd[3] in user_name)) user_name[passwd[3]] = passwd[1] }
$1 == "ci" { ci_state = $2; ci_end_us = $3; ci_by_files = $4 }
$1 == "ci-finished" && rest != "" { candidate = rest }
$1 == "ci-finished-time" && $2 > finished_time { finished_time = $2; finished_text = candidate }
$1 == "ci-result" { result_text = result_text rest }
$1 == "ci-result-time" { result_time = $2 }
$1 == "ci-status" { read_status(rest) }
$1 == "ci-log" { log_line[++log_lines] = rest }
$1 == "agent" { agent_installed = $2; agent_running = $3; agent_at_boot = $4; agent_after = $5; agent_root = $6 }
$1 == "agent-version" && match(rest, /[0-9]+\.[0-9]+\.[0-9]+/) { agent_version = substr(rest, RSTART, RLENGTH) }
$1 == "install" && !($2 in install) { install[$2] = substr(rest, length($2) + 2) }
$1 == "deployment-time" { time_of[++times] = $2; time_path[times] = $4 }
$1 == "deployment-birth" && parts_of_path($4, birth_part) == 3 && birth_part[1] == "." { file_birth[birth_part[2], birth_part[3]] = $2 }
$1 == "deployments-log-time" { log_time = $2 }
$1 == "first-line" { first_line[$2] = $3 }
$1 == "last-line" { last_line = $2 }
$1 == "packages-read" { packages_read = 1 }
$1 == "rpm" && split(rest, rpm, " ") == 6 {
  add_package(rpm[1], (rpm[2] ~ /^[1-9]/ ? rpm[2] ":" : "") rpm[3] "-" rpm[4] "." rpm[5], rpm[3], rpm[4], rpm[5], rpm[6], "rpm")
}
$1 == "dpkg" { bare = $4; sub(/^[0-9]+:/, "", bare); add_package($2, $4 "." $3, bare, "", $3, $5, "dpkg") }
$1 == "ticks" && $2 ~ /^[1-9][0-9]*$/ { ticks = $2 }
$1 == "jvm" { jvm[++jvms] = $0 }
$1 == "release" && match(rest, /JAVA_VERSION="[^"]*"/) { release[$2] = substr(rest, RSTART + 14, RLENGTH - 15) }
$1 == "in-use" { in_use[$2] = $3 }
$1 == "failed-unit" { failed_unit[++failed_units] = $2; failed_result[failed_units] = $3; failed_status[failed_units] = $4; failed_java[failed_units] = $5 }
$1 == "place" { want_place($2, substr(rest, length($2) + 2)) }
$1 == "unit-place" { want_place("", $3); unit_place[$2] = $3 }
$1 == "owned" { read_owned($2, substr(rest, length($2) + 2)) }
$1 == "owned-cut" { owned_cut = 1 }
$1 == "symptom-file" { symptom_file = $2 }
$1 == "symptom" { add_symptom(rest) }
$1 == "problem" { trouble(rest) }
END {
  # Below a root, the recorded moment is now; on a live instance the clock has the fractions that btime lacks.
  if (now == "" && btime != "" && uptime != "") now = btime + uptime
  booted = now == "" || uptime == "" ? "" : now - uptime
  if (booted == "") trouble("no clock: btime or uptime can not be read, so no file time can be placed in this boot")
  find_clock_step()
  read_deployments()
  for (level = 0; level <= 12; level++) {
    caps(level)
    json = build()
    if (length(json) <= max) break
  }
  print json
}'

cd / || exit 1
wait_for_cloud_init 2>/dev/null
json=
if command -v awk >/dev/null 2>&1; then
  json=$(collect 2>/dev/null </dev/null | awk -v us="$us" -v max="$max_output" "$write_json" 2>/dev/null)
  case $json in '{'*'}') ;; *) json=$(without_awk 'awk failed: nothing could be put together') ;; esac
else
  json=$(without_awk 'awk is not in PATH: nothing could be read')
fi
[ ${#json} -le "$max_output" ] || json=$(without_awk 'the evidence did not fit')
printf '%s\n' "$json"
