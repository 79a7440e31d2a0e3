#!/bin/sh
# Launch Guard probe: prints what this instance shows about its launch, as one line of JSON (evidence, schema 1).
#
#   probe.sh [--wait SECONDS] [--deployment ID]
#
#   --wait        wait up to SECONDS until cloud-init has finished, then look (default 0: at once)
#   --deployment  list the trace of this deployment even where a list is cut (d-…, or local-… of agent 2.x)
#
# It only reads: no file is written, no process but the standard tools below is started, nothing found on the
# instance is run. Every file is read below $LAUNCH_GUARD_ROOT (default: the instance's own root), commands are
# taken from PATH. Facts only: what could not be read is left out or named in "truncated", and "problems" says why.
#
# Tools: awk, grep, ls, stat, and where they exist head, tail, tr, dd, date, timeout, getconf, systemctl, chkconfig, rpm,
# dpkg-query. Minimal images lack others, such as xargs.
#
# How it works: the collect_* functions print one fact per line, "TAG<US>value<US>value…" (<US> is the ASCII unit
# separator); every line of a file that was read gets its tag in front, so that no text found can pass for another fact.
# The awk program at the end joins the facts and writes the JSON.

set -u
LC_ALL=C
export LC_ALL
# The system's own zone, not that of what started the probe.
unset TZ
nl='
'
IFS=" 	$nl"
root=${LAUNCH_GUARD_ROOT:-}
root=${root%/}
proc=$root/proc
instances=$root/var/lib/cloud/instances
# For a bare environment the standard directories; where a root is given PATH decides alone.
[ -n "$root" ] || PATH=${PATH:-}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

max_output=16000
us=$(printf '\037')

usage() {
  echo "usage: probe.sh [--wait SECONDS] [--deployment ID]" >&2
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
# SSM hands over an empty parameter as an empty argument.
case $asked in
  '') ;;
  *[!A-Za-z0-9-]* | d- | local- | ????????????????????????????????????????*) usage ;;
  d-*) ;;
  local-*[!0-9]*) usage ;;
  local-*) ;;
  *) usage ;;
esac

# -------- small tools

have() { command -v "$1" >/dev/null; }

fact() {
  IFS=$us
  printf '%s\n' "$*"
  IFS=" 	$nl"
}

problem() { fact problem "$*"; }

# A list that could not be read, or not whole: it is named in "truncated".
cut_short() { fact cut "$1"; }

# Without timeout, only SSM's own limit ends a command that hangs.
limit=
limited() { if [ -n "$limit" ]; then timeout 10 "$@"; else "$@"; fi; }

first_bytes() {
  if have head; then head -c "$1" "$2"; else dd if="$2" bs="$1" count=1; fi
}

last_bytes() {
  if have tail; then
    tail -c "$1" "$2"
  else
    size=$(stat -L -c %s "$2")
    if [ "${size:-0}" -le "$1" ]; then dd if="$2" bs=65536; else dd if="$2" bs=4096 skip=$(((size - $1) / 4096)); fi
  fi
}

without_nul() { if have tr; then tr -d '\000'; else awk '{ print }'; fi; }

tagged() { awk -v tag="$1$us" '{ print tag $0 }'; }

# text_of TAG FILE [BYTES]: the first BYTES of a regular file, tagged. Never opens a FIFO or device.
text_of() {
  [ -f "$2" ] || return 1
  [ -r "$2" ] || { problem "not readable: ${2#"$root"}"; return 1; }
  first_bytes "${3:-65536}" "$2" | without_nul | tagged "$1"
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

# systemd writes its stamps in the zone that it is asked in.
systemd() { (TZ=UTC && export TZ && limited systemctl "$@"); }
unit_text() { systemd show "$1" -p "$2"; }

# times_of TAG FILE…: "TAG mtime size name". busybox's stat knows whole seconds only.
times_of() {
  tag=$1
  shift
  stat -L -c "$tag$us%.9Y$us%s$us%n" -- "$@"
}

text_and_time() { text_of "$@" && times_of "$1-time" "$2"; }

# present PATH: whether it is there, below the root. In a recorded root an absolute link must not lead out of it.
present() {
  path=$1 hops=0
  [ -n "$root" ] || { [ -e "$path" ]; return; }
  while [ -h "$root$path" ] && [ "$hops" -lt 8 ]; do
    text=$(ls -l "$root$path")
    text=${text##*" -> "}
    case $text in /*) path=$text ;; *) path=${path%/*}/$text ;; esac
    hops=$((hops + 1))
  done
  [ -e "$root$path" ]
}

# -------- cloud-init

# Sets ci_state, ci_end_us (microseconds since boot, systemd's own), ci_by_files (1: the files must tell the end).
look_at_cloud_init() {
  ci_state=unknown ci_end_us='' ci_by_files=1 text=''
  have systemctl \
    && text=$(unit_text cloud-final.service LoadState,ActiveState,ExecMainExitTimestampMonotonic,WantedBy,UnitFileState,Job)
  property LoadState "$text"; ci_load=$found
  property ActiveState "$text"; ci_active=$found
  property ExecMainExitTimestampMonotonic "$text"; ci_exit=$found
  property WantedBy "$text"; ci_wanted=$found
  property UnitFileState "$text"; ci_file=$found
  case $ci_exit in *[!0-9]* | 0) ci_exit= ;; esac
  case $ci_load in
    loaded)
      case $ci_active in
        activating | deactivating | reloading) ci_state=running ci_by_files='' ;;
        failed) ci_state=failed ci_end_us=$ci_exit ;;
        active) ci_state='done' ci_end_us=$ci_exit ;;
        inactive)
          ci_by_files=
          if [ -n "$ci_exit" ]; then
            ci_state='done' ci_end_us=$ci_exit
          elif switched_off || last_stage_never_comes; then
            ci_state=disabled
          elif [ -e "$root/run/cloud-init/enabled" ] || [ -e "$root/run/cloud-init/status.json" ] || [ -n "$ci_wanted" ]; then
            ci_state=running
          else
            # The generator pulls cloud-init's target into the boot or leaves it out before any unit starts.
            ci_state=disabled
          fi
          ;;
      esac
      return
      ;;
    masked)
      ci_state=disabled ci_by_files=
      return
      ;;
  esac
  # No such unit, or no systemd.
  if [ -e "$root/run/cloud-init/result.json" ]; then
    ci_state='done'
  elif switched_off; then
    ci_state=disabled ci_by_files=
  elif [ "$ci_load" = not-found ] && other_units_known && ! cloud_init_runs; then
    # The package was purged: nothing is left that could run the last stage.
    if [ -e "$root/run/cloud-init/status.json" ]; then ci_state=disabled; else ci_state=absent; fi
    ci_by_files=
  elif [ -e "$root/run/cloud-init/status.json" ]; then
    # Where systemd runs the stages, only systemctl shows whether the last one is still to come.
    if have systemctl || another_init; then ci_state=running ci_by_files=''; fi
  elif [ ! -d "$root/var/lib/cloud" ] && [ ! -d "$root/etc/cloud" ] && [ ! -e "$root/usr/bin/cloud-init" ]; then
    ci_state=absent ci_by_files=''
  fi
}

on_systemd() { [ -z "$root" ] && [ -d /run/systemd/system ]; }
another_init() {
  { [ -z "$root" ] && ! on_systemd; } || [ -d "$root/etc/rc.d/rc3.d" ] || [ -e "$root/sbin/openrc" ]
}

switched_off() { [ -e "$root/run/cloud-init/disabled" ] || [ -e "$root/etc/cloud/cloud-init.disabled" ]; }

# The last stage, which has not run, is wanted by nothing, or systemd has dropped its start (an ordering cycle).
last_stage_never_comes() {
  case $ci_file in disabled | masked*) [ -n "$ci_wanted" ] || return 0 ;; esac
  property Job "$text"
  case $found in '' | 0) ;; *) return 1 ;; esac
  # The target comes after all that it wants; a start that is still to come is a job.
  property ActiveState "$(unit_text cloud-init.target ActiveState)"
  [ "$found" != active ] || return 0
  if [ -n "$root" ]; then
    case $nl$text in *"${nl}Job="*) return 0 ;; *) return 1 ;; esac
  fi
  [ -e /run/cloud-init/status.json ] || return 1
  jobs=$(systemd list-jobs --no-legend --no-pager) || return 1
  case $jobs in *cloud-*) return 1 ;; *) return 0 ;; esac
}

other_units_known() {
  property LoadState "$(unit_text codedeploy-agent.service LoadState)"
  [ "$found" = loaded ] || on_systemd
}

cloud_init_runs() { (cd "$proc" && grep -q '^[0-9]* (cloud-init)' [0-9]*/stat); }

# Asks systemd each second once result.json is there (cloud-final ends right after it), else every fifth second: a
# systemctl call costs some 10 ms of CPU. Bounded by sleeps, and by uptime where a sleep takes longer.
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
  # This instance's own; an image holds those of the instances that it comes from.
  set -- "$instances/$cloud_id/"
  { [ -n "$cloud_id" ] && [ -d "$1" ]; } || set -- "$instances"/*/
  # The newest counts. Each boot in which cloud-init runs removes it.
  for folder; do text_and_time ci-finished "$folder"boot-finished 200; done
  # /run has a link to it in the boot in which it was written.
  [ ! -e "$root/run/cloud-init/result.json" ] || text_and_time ci-result "$root/var/lib/cloud/data/result.json"
  # When its stages ran, kept in the same way.
  [ ! -e "$root/run/cloud-init/status.json" ] || text_of ci-status "$root/var/lib/cloud/data/status.json" 16384
  log=$root/var/log/cloud-init.log
  if [ -f "$log" ] && [ -r "$log" ]; then
    last_bytes 2097152 "$log" | without_nul | awk -v tag="ci-log$us" '
      /Cloud-init v\. .* (running \047|finished at )/ || /Running command \[.*\047(yum|dnf5?|microdnf|apt-get|zypper|tdnf|pacman|apk)\047/ { print tag $0 }'
  fi
  for folder; do collect_user_data; done
}

# Only the text of user data shows whether it upgrades packages. It is judged here, and no word of it is kept. A script
# that names no upgrade may still fetch or start one.
collect_user_data() {
  for file in "$folder"user-data.txt "$folder"user-data.txt.i "$folder"scripts/*; do
    [ -f "$file" ] || continue
    first_bytes 131072 "$file" | without_nul | awk -v tag="user-data$us" '
      /^#!|runcmd|bootcmd|base64|[^ -~\t\r]/ { maybe = 1 }
      { sub(/^[ \t]*#.*/, "") }
      /(yum|dnf5?|zypper|apt|apt-get|pacman)[ \t]([^|;&]*[ \t])?((dist-|full-)?upgrade|up(grade|date)-minimal|dup|patch|-Syu[a-z]*)([^a-z-]|$)|(yum|dnf5?|zypper)[ \t]([^|;&]*[ \t])?update|unattended-upgrade|smart-restart/ { yes = 1 }
      END { if (yes) print tag "yes"; else if (maybe) print tag "maybe" }'
  done
}

# -------- host

collect_host() {
  read_uptime
  now=0
  if [ -z "$root" ]; then
    now=$(date +%s.%N)
    # busybox's date has no %N.
    case $now in *[!0-9.]*) now=$(date +%s) ;; esac
    [ -z "$now" ] || fact now "$now"
    fact zone "$(date +%z)"
    # CLOCK_MONOTONIC, which stands still while the machine sleeps; uptime does not.
    [ -r /proc/timer_list ] && first_bytes 400 /proc/timer_list | awk -v tag="monotonic$us" '/^now at [0-9]+ nsecs/ { print tag $3; exit }'
  elif [ -f "$root/etc/localtime" ]; then
    fact zone "$(TZ=":$root/etc/localtime" date +%z)"
  fi
  [ "$uptime" = 0 ] || fact uptime "$uptime"
  [ -f "$proc/stat" ] && awk -v tag="btime$us" '$1 == "btime" { print tag $2; exit }' "$proc/stat"
  text_of os-release "$root/etc/os-release" || text_of os-release "$root/usr/lib/os-release" \
    || text_of system-release "$root/etc/system-release" 200
  text_of boot-id "$proc/sys/kernel/random/boot_id" 64
  # Nitro's firmware names the instance; cloud-init's own note is in /run (this boot's) or in data (maybe an image's).
  text_of instance-id "$root/sys/devices/virtual/dmi/id/board_asset_tag" 64
  cloud_id='' file=$root/run/cloud-init/.instance-id
  [ ! -f "$file" ] || cloud_id=$(first_bytes 64 "$file")
  case $cloud_id in *[!A-Za-z0-9._-]*) cloud_id= ;; esac
  fact cloud-id "$cloud_id"
  # Written once for each instance: the oldest is of its first boot.
  times_of sem "$instances"/*/sem/*
  text_and_time data-id "$root/var/lib/cloud/data/instance-id" 64
  text_of passwd "$root/etc/passwd" 131072
}

# -------- CodeDeploy agent and its deployments

# The value of root_dir in the agent's YAML: block or flow style, quoted or not, with comments, with the line ends of
# Windows; of a key that is there twice the last counts. "?" where it can not be understood.
read_agent_root() {
  first_bytes 65536 "$1" | without_nul | awk '
    { line = line $0 "\n" }
    END {
      # Line ends of Windows and of old Macs, and the mark that editors of Windows put first.
      gsub(/\r\n?/, "\n", line); sub(/^\357\273\277/, "", line)
      n = split(line, lines, "\n")
      for (i = 1; i <= n; i++) read_line(lines[i])
      print moved
    }
    function read_line(rest,  key, value, quote, end) {
      if (rest ~ /^[ \t]*#/) return
      if (rest ~ /^[ \t]*[{]/) flow = 1
      if (rest ~ /root_dir|\\[ux]/ && moved == "") moved = "?"
      key = "[\"\047]?:?[\"\047]?root_dir([ \t]*:[ \t]+|[ \t]*:$|[\"\047][ \t]*:)"
      while (match(rest, (flow ? "(^|[{,])[ \t]*" : "^[ \t]*") key)) {
        rest = substr(rest, RSTART + RLENGTH)
        sub(/^[ \t]+/, "", rest)
        value = rest; rest = ""
        if (value ~ /^["\047]/) {
          quote = substr(value, 1, 1); value = substr(value, 2)
          end = index(value, quote)
          rest = end ? substr(value, end + 1) : ""
          value = end ? substr(value, 1, end - 1) : ""
        } else {
          sub(/(^|[ \t]+)#.*/, "", value)
          if (flow && match(value, /[ \t]*[,}]/)) { rest = substr(value, RSTART); value = substr(value, 1, RSTART - 1) }
          sub(/[ \t]+$/, "", value)
        }
        moved = value ~ /^\/[^"\047{}\\]*$/ ? value : "?"
      }
    }'
}

collect_agent() {
  agent_home=$root/opt/codedeploy-agent
  config=$root/etc/codedeploy-agent/conf/codedeployagent.yml
  agent_root=/opt/codedeploy-agent/deployment-root
  moved=
  if [ -f "$config" ] && [ ! -r "$config" ]; then
    problem "not readable: ${config#"$root"}"
    cut_short deployments
  elif [ -f "$config" ]; then
    moved=$(read_agent_root "$config")
    case $moved in
      /*) agent_root=$moved ;;
      ?*) problem "the agent's root_dir can't be understood"; cut_short deployments ;;
    esac
    while :; do
      case $agent_root in
        *//*) agent_root=${agent_root%%//*}/${agent_root#*//} ;;
        ?*/) agent_root=${agent_root%/} ;;
        *) break ;;
      esac
    done
  fi
  text=
  have systemctl && text=$(unit_text codedeploy-agent.service LoadState,ActiveState,After,WantedBy,UnitFileState,ActiveEnterTimestampMonotonic)
  property LoadState "$text"
  agent_entered=
  if [ "$found" = loaded ]; then
    installed=true
    property ActiveEnterTimestampMonotonic "$text"; agent_entered=$found
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
  fact agent "$installed" "$running" "$at_boot" "$after" "$agent_root" "$agent_entered"
  text_of agent-version "$agent_home/.version" 200
  if [ -d "$root$agent_root" ]; then
    collect_deployments
  # The packaged configuration names the default: an agent that has deployed nothing may not have made it yet.
  elif [ -n "$moved" ] && [ "$agent_root" != /opt/codedeploy-agent/deployment-root ]; then
    problem "the agent's root_dir $agent_root does not exist"
    cut_short deployments
  fi
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
# which may be an ApplicationStop before that. See zone_of_stamp for its log.
collect_deployments() {
  have stat || cut_short deployments
  (
    cd "$root$agent_root" || exit
    for file in deployment-instructions/*_most_recent_install deployment-instructions/*_last_successful_install; do
      name=${file##*/}
      case $name in *[!A-Za-z0-9._-]*) continue ;; esac
      [ ! -e "$file" ] || [ -r "$file" ] || cut_short deployments
      text_of "install$us$name" "$file" 4096
    done
    set -- deployment-instructions/*_most_recent_install ./*/[dl]*-* ./*/[dl]*-*/logs ./*/[dl]*-*/logs/scripts.log ongoing-deployment/*
    if [ $# -gt 5000 ]; then
      problem "deployment-root holds $# entries: only the last installs are listed"
      set -- deployment-instructions/*_most_recent_install ongoing-deployment/*
    fi
    times_of trace "$@"
    [ -n "$root" ] || stat -c "birth$us%.9W$us$us%n" -- "$@"
    log=deployment-logs/codedeploy-agent-deployments.log
    if [ -f "$log" ]; then
      times_of agent-log "$log"
      last_bytes 1048576 "$log" | without_nul | awk -v us="$us" '
        /^\[[0-9]+-[0-9]+-[0-9]+ [0-9:.]*\]/ {
          last = substr($0, 2, 23)
          line = substr($0, index($0, "]") + 1)
          # Only what the agent itself writes right after the id counts: the rest of a line is the application'"'"'s.
          if (line !~ /^ \[[A-Za-z0-9-]*\]LifecycleEvent - /) next
          id = line; sub(/^ \[/, "", id); sub(/\].*/, "", id)
          if (!(id in first)) { first[id] = last; print "first-line" us id us last }
        }
        END { if (last != "") print "last-line" us last }'
    fi
    for file in deployment-instructions/*_most_recent_install; do
      [ -f "$file" ] || continue
      path=
      read -r path <"$file"
      group=${file##*/}; group=${group%_most_recent_install}
      case $path in */"$group"/*) does_archive_name_java "$group" "${path##*/}" ;; esac
    done
  )
}

# Hooks, unit files, configuration of process managers, and the archives that java runs; not what only documents, nor
# what node modules bring, nor programs in other languages unless they are hooks.
does_archive_name_java() {
  case $2 in *[!A-Za-z0-9-]*) return ;; esac
  archive=./$1/$2/deployment-archive
  [ -d "$archive" ] && [ -r "$archive" ] || return
  hooks=$(first_bytes 65536 "$archive/appspec.yml" | awk '
    { sub(/\r$/, "") }
    sub(/^[ \t-]*["\047]?location["\047]?[ \t]*:[ \t]*/, "") { gsub(/["\047]|[ \t]+(#.*)?$|^\.?\//, ""); if ($0 !~ /\.\./) print }')
  revision=$1$us$2 named=false
  set --
  IFS=$nl
  for file in $hooks "$archive"/* "$archive"/*/* "$archive"/*/*/* "$archive"/*/*/*/* "$archive"/.[!.]*; do
    IFS=" 	$nl"
    case $file in "$archive"/*) ;; *) file=$archive//$file ;; esac
    case $file in
      # A hook, in whatever language.
      *//*) ;;
      *'*'* | */node_modules/* | */.git/*) continue ;;
      *.jar | *.war | *.ear) named=true ;;
      # What is packed holds its names as they are, or can't be looked into.
      *.zip | *.tar) last_bytes 1048576 "$file" | grep -q -e '\.jar' -e '\.class' && named=true; continue ;;
      *.t[gbx]z* | *.tar.* | *.7z | *.rpm | *.deb) named=${named#false}; continue ;;
      */ecosystem*.js | */pm2*.js) ;;
      *.md | *.txt | *.js | *.py | *.rb | *.html | *.css | *.png | *.gz | */LICENSE* | */README*) continue ;;
    esac
    [ "$named" != true ] || break
    [ -f "$file" ] || continue
    if [ $# -lt 150 ] && [ -r "$file" ]; then set -- "$@" "$file"; else named=; fi
  done
  IFS=" 	$nl"
  have head || named=${named#false}
  # head puts the name of each before it.
  [ "$named" = true ] || ! limited head -c 65536 /dev/null "$@" | without_nul | awk "$java_words"'
    /^==> / { begins = 1; next }
    begins { begins = 0; skip = $0 ~ /[^ -~\t\r]/ }
    !skip && names_java($0) { yes = 1; exit }
    END { exit !yes }' || named=true
  fact names-java "$revision" "$named"
}

# Whether a line speaks of java: the word, a JDK, a jar, what is known to start java.
java_words='
NR == 1 && /[^ -~\t\r]/ { exit }
function names_java(line) { return tolower(line) ~ /(^|[^a-z])java([^a-z]|$)|java_(home|opts|bin|cmd)|openjdk|(^|[^a-z])(jdk|jre)([^a-z]|$)|\.jar([^a-z]|$)|jsvc|catalina|tomcat|corretto|temurin/ }'

# What each group has installed, as the agent lists it for its next clean-up. A list that is cut could name the wrong group.
collect_owned_files() {
  cd "$root$agent_root/deployment-instructions" || return
  total=0
  for file in *-cleanup; do
    case $file in *[!A-Za-z0-9._-]*) continue ;; esac
    [ -f "$file" ] || continue
    size=$(stat -L -c %s "$file")
    total=$((total + ${size:-0}))
    [ $total -le 2097152 ] || { problem "lists of deployed files too long: JVMs can't be assigned to groups by files"; fact owned-cut; return; }
    text_of "owned$us${file%-cleanup}" "$file" 2097152
  done
}

# -------- packages

# Names of JDK packages of all systems; what only has to do with Java is none.
# shellcheck disable=SC2016
jdk_names='
function is_jdk(name) {
  if (name ~ /-(src|source|docs?|javadoc|zip|demo|debuginfo|debugsource|dbg|dbgsym|man)$/) return 0
  if (name ~ /javascript|^(lib|maven|ant-|ant$|ca-certificates|python|perl|tomcat|jetty|copy-jdk|ivy|gradle|sbt|javapackages|java-common|java-policy|tzdata|eclipse|icedtea|default-j)/) return 0
  return name ~ /(^|-)java-?[0-9]|jdk|(^|-)jre/ || name ~ /^(ibm-java|java-runtime|java-sdk)(-|$)/ \
    || name ~ /(openj9|corretto|temurin|zulu|zing|semeru|graalvm|sapmachine|liberica|dragonwell|mandrel|jbrsdk)/
}'

collect_packages() {
  asked_packages=
  if have rpm; then
    list=$(limited rpm -qa --qf '%{NAME} %{EPOCHNUM} %{VERSION} %{RELEASE} %{ARCH} %{INSTALLTIME}\n')
    code=$?
    if [ $code -eq 0 ]; then
      asked_packages=1
      printf '%s\n' "$list" | awk -v tag="rpm$us" "$jdk_names"'
        { print (is_jdk($1) || $1 == "codedeploy-agent" ? tag : "other" substr(tag, 4)) $0 }'
      # What no list of names knows, is known by what it holds.
      IFS=$nl
      # shellcheck disable=SC2086
      set -- $jdk_list
      IFS=" 	$nl"
      [ $# -eq 0 ] || limited rpm -qf --qf '%{NAME} %{EPOCHNUM} %{VERSION} %{RELEASE} %{ARCH} %{INSTALLTIME}\n' "$@" \
        | awk -v tag="rpm-holds$us" 'NF == 6 && $6 ~ /^[0-9]+$/ && !($0 in known) { known[$0]; print tag $0 }'
      collect_package_log yum.log dnf.rpm.log dnf5.log zypp/history
    elif [ $code -eq 124 ] || [ $code -eq 143 ]; then
      problem "rpm gave no answer within 10 s (its database may be locked)"
    elif [ $code -ne 127 ]; then
      problem "rpm -qa failed with exit code $code"
    fi
  fi
  admin=$root/var/lib/dpkg
  if have dpkg-query; then
    # shellcheck disable=SC2016
    list=$(limited dpkg-query --admindir="$admin" -W -f '${db:Status-Abbrev}|${Package}|${Architecture}|${Version}|${db-fsys:Last-Modified}\n')
    if [ -n "$list" ] || [ -f "$admin/status" ]; then
      asked_packages=1
      holders=
      for file in $(cd "$admin/info" && grep -l '/libjvm\.so$' ./*.list); do
        file=${file#./}; file=${file%.list}
        holders="$holders ${file%%:*}"
      done
      printf '%s\n' "$list" | awk -F"|" -v holders="$holders" "$jdk_names"'
        BEGIN { n = split(holders, name, " "); for (i = 1; i <= n; i++) holds[name[i]] }
        is_jdk($2) || $2 in holds || $2 == "codedeploy-agent" { print $1 "|" $2 "|" $3 "|" $4 "|" $5 "|" ($2 in holds) }' \
        | while IFS='|' read -r state name arch version modified holds; do
          # Files are in place at "unpacked", when dpkg writes the list; dpkg before 1.19.3 can't tell its time.
          if [ -z "$modified" ]; then
            for file in "$admin/info/$name:$arch.list" "$admin/info/$name.list"; do
              [ -f "$file" ] && modified=$(stat -c %Y "$file") && break
            done
          fi
          # The second letter is the state: installed, half-installed, unpacked, half-configured, triggers; c: only its
          # configuration is left.
          case $state in ?[iHhUFWt]*) fact dpkg "$name" "$arch" "$version" "$modified" "$holds" ;; ?c*) fact dpkg-gone "$name" "$arch" "$version" "$modified" ;; esac
        done
      collect_package_log dpkg.log
    fi
  fi
  collect_pacman
  collect_apk
  [ -n "$asked_packages" ] || problem "packages unknown: no package manager gave an answer"
  [ -z "$asked_packages" ] || fact packages-read
}

# What package managers log about JDKs, as it is: only logs show removals, and whether a JDK was installed for the first
# time. The file's time shows the zone of its stamps.
collect_package_log() {
  # Each may have been rotated since.
  for log in $(for name; do echo "$name.1 $name"; done); do
    file=$root/var/log/$log
    { [ -f "$file" ] && [ -r "$file" ]; } || continue
    times_of log-time "$file"
    # dnf5 has one log for all, and says much in it.
    size=131072
    case $log in dnf5*) size=1048576 ;; esac
    last_bytes $size "$file" | without_nul | awk -v us="$us" "$jdk_names"'
      function say(what, name, version) { if (is_jdk(name)) print "log" us stamp us what us name us version }
      # "1:name-2-3.arch" of yum, "name-1:2-3.arch" of dnf
      function nevra(what, full) { sub(/^[0-9]+:/, "", full); if (match(full, /-[^-]+-[^-]+$/)) say(what, substr(full, 1, RSTART - 1), substr(full, RSTART + 1)) }
      { stamp = "" }
      /^[0-9]+-[0-9]+-[0-9]+[T ][0-9]+:[0-9]+:[0-9]+/ { stamp = substr($0, 1, 10) " " substr($0, 12, 8) }
      /^[A-Z][a-z][a-z] [ 0-9][0-9] [0-9]+:[0-9]+:[0-9]+ / { stamp = "0000-" sprintf("%02d", (index("JanFebMarAprMayJunJulAugSepOctNovDec", $1) + 2) / 3) "-" sprintf("%02d", $2) " " $3 }
      /^\[[0-9-]+[T ][0-9:]+/ { stamp = substr($0, 2, 10) " " substr($0, 13, 5) ":" (substr($0, 18, 1) == ":" ? substr($0, 19, 2) : "00") }
      stamp == "" { next }
      { last = stamp }
      $4 == "RPM" && $6 ~ /install$/ && $7 == "start" { gsub(/"/, ""); nevra($6 == "install" ? "install" : "remove", $8) }
      / (Installed|Install): / { nevra("install", $NF) }
      / (Erased?|Upgraded|Downgraded|Obsoleted): / && (/SUBDEBUG/ || /Erased/) { nevra("remove", $NF) }
      $3 == "install" && $5 == "<none>" { sub(/:.*/, "", $4); say("install", $4, $6) }
      $3 ~ /^(remove|purge)$/ { sub(/:.*/, "", $4); say("remove", $4, $5) }
      $2 == "[ALPM]" && $3 ~ /^(removed|installed)$/ { gsub(/[()]/, "", $5); say(substr($3, 1, 7) == "removed" ? "remove" : "install", $4, $5) }
      /^[^|]*\|remove *\|/ { split($0, part, "|"); say("remove", part[3], part[4]) }
      END { if (last != "") print "log-last" us last }'
  done
}

collect_pacman() {
  local=$root/var/lib/pacman/local
  [ -d "$local" ] || return
  asked_packages=1
  collect_package_log pacman.log
  for file in $(cd "$local" && grep -l -e '/libjvm\.so$' ./*/files); do
    awk -v us="$us" '
      /^%/ { key = $0; next }
      $0 != "" && !(key in value) { value[key] = $0 }
      END { print "pacman" us value["%NAME%"] us value["%VERSION%"] us value["%ARCH%"] us value["%INSTALLDATE%"] }' "$local/${file%/files}/desc"
  done
}

# apk keeps no time of installation: the files that it has put there have one.
collect_apk() {
  for file in "$root/lib/apk/db/installed" "$root/usr/lib/apk/db/installed"; do
    [ -f "$file" ] || continue
    asked_packages=1
    awk -v us="$us" '
      /^P:/ { name = substr($0, 3) } /^V:/ { version = substr($0, 3) } /^A:/ { arch = substr($0, 3) } /^F:/ { folder = substr($0, 3) }
      $0 == "R:libjvm.so" { print name us version us arch us folder }' "$file" \
      | while IFS=$us read -r name version arch folder; do
        fact apk "$name" "$version" "$arch" "$(changed_at "$root/$folder/libjvm.so")"
      done
    return
  done
}

# When this file got its content: its birth, or a later change of it; where no birth is shown, the change of its inode, which
# unpacking can't set back, although chown sets it. A recorded root has inodes of its own: the time of its content.
changed_at() {
  [ -z "$root" ] || { stat -L -c %Y "$1"; return; }
  stat -L -c '%W %Y %Z' "$1" | awk '{ if ($1 ~ /^[1-9]/) $3 = $2 > $1 && $2 <= $3 ? $2 : $1; print $3 }'
}

# Sets jdk_list to the libjvm.so of each JDK that lies where JDKs are put, one a line.
jdk_files() {
  jdks_among "$root"/usr/lib/jvm/*/ "$root"/usr/java/*/ "$root"/opt/*/ "$root"/opt/*/*/ "$root"/usr/local/*/ "$root"/root/.sdkman/candidates/java/*/ "$root"/home/*/.sdkman/candidates/java/*/
}

# Of folders: there may be 100,000 files.
jdks_among() {
  jdk_list=
  for home; do
    home=${home%/}
    # Links to JDKs are no JDKs of their own.
    [ ! -h "$home" ] || continue
    for file in "$home"/lib/server/libjvm.so "$home"/jre/lib/*/server/libjvm.so; do
      [ ! -f "$file" ] || jdk_list=$jdk_list$nl${file#"$root"}
    done
  done
}

# A JDK that no package manager knows: its own files show since when it is there.
loose_jdks() {
  printf '%s\n' "$jdk_list" | while IFS= read -r file; do
    home=${file%/lib/*}
    [ -n "$home" ] || continue
    home=${home%/lib}
    marker=$root$home/lib/modules
    [ -f "$marker" ] || marker=$root$home/lib/rt.jar
    [ -f "$marker" ] || marker=$root$file
    fact loose "$home" "$(changed_at "$marker")" "${marker#"$root"}"
  done
}

# A package manager at work changes a JDK seconds later. The list is the one of redeploy.sh.
collect_package_manager() {
  (
    cd "$proc" || exit
    grep -H '^[0-9]* ([a-z0-9-]*) ' [0-9]*/stat | awk -v us="$us" -v tag="$us" '
      { at = index($0, "/stat:"); pid = substr($0, 1, at - 1); text = substr($0, at + 6)
        name = text; sub(/^[0-9]+ \(/, "", name); sub(/\) .*/, "", name) }
      name !~ /^(yum(-cron)?|dnf(-3|5|-automatic)?|microdnf|tdnf|rpm|zypper|pacman|apk|apt(-get|itude)?|dpkg(-deb)?|unattended-upgr)$/ { next }
      { sub(/.*\) /, "", text); split(text, part, " "); if (part[1] !~ /[ZX]/) print pid us name us part[20] }' \
      | while IFS=$us read -r pid name start; do
        # Ubuntu keeps one of these waiting for the shutdown, for ever.
        [ "$name" != unattended-upgr ] || ! grep -q unattended-upgrade-shutdown "$pid/cmdline" || continue
        fact manager "$name" "$pid" "$start"
      done
  )
}

# -------- JVMs

# ---- BEGIN the JDK rule, for repair-lib.sh too. ----
# A file counts as lost when it was deleted or replaced (the kernel's mark), or renamed as NFS does with an open file. It
# counts only if it is of the JDK itself: what its makers ship for running. Not archives of shared classes (*.jsa, dumped
# anew by people and packages), not what an application keeps or extracts below java.home, which may be its own folder.
# shellcheck disable=SC2016,SC2034
jdk_rule='
function plain(path) {
  sub(/ \(deleted\)$/, "", path)
  # rpm writes NAME;8-hex-digits first and renames it: a JVM started in between keeps that name.
  sub(/;[0-9a-f]+$/, "", path)
  return path
}
function is_lost(path) { return path ~ / \(deleted\)$/ || path ~ /\/\.nfs[0-9a-f]+$/ }
# java.home of the JVM that has mapped this file (plain), empty if it is no libjvm.
function jdk_home(path) {
  if (path !~ /\/lib\/([^\/]+\/)?([^\/]+\/libjvm\.so|(server|client|minimal|zero|default|compressedrefs|j9vm|classic|jrockit)\/\.nfs[0-9a-f]+)$/) return ""
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
  if (path ~ /^(modules|jexec|jspawnhelper)$/) return 1
  if (path ~ /^([^\/]+\/)?(server|client|minimal|zero|default|compressedrefs|j9vm|classic|jli)\/[^\/]+$/) return path !~ /\.jsa$/
  if (path ~ /^([^\/]+\/)?\.nfs[0-9a-f]+$/) return 1
  if (path ~ /^ext\/(cldrdata|dnsns|jaccess|jfxrt|localedata|nashorn|openjsse|sunec|sunjce_provider|sunpkcs11|ucrypto|zipfs|icedtea-sound)\.jar$/) return 1
  if (path ~ /\.jar$/) return path ~ /^(rt|jce|jsse|charsets|resources|management-agent|jfr|jfxswt|plugin|deploy|javaws|tools|dt|jconsole|sa-jdi|jrt-fs|core|vm|i18n|security|ibm[a-z0-9]+)\.jar$/
  sub(/^[^\/]+\//, "", path)
  if (path ~ /^lib(j?awt|awt_(headless|xawt)|fontmanager|freetype|harfbuzz|lcms|mlib_image|javajpeg|jsound|splashscreen)\.so$/) return 1
  return path ~ /^lib(jvm|java|jli|verify|zip|net|nio|jimage|management(_ext|_agent)?|extnet|instrument|prefs|rmi|jaas|jsig|jsvml|sunec|jfr|npt|le|attach|sctp|syslookup|simdsort|jdwp|dt_socket|saproc|j2(gss|krb5|pcsc|pkcs11)|j9[a-z0-9]+|jclse[0-9]*)\.so$/
}'

# Whether there is no such file. Permission denied is no answer: on NFS with root_squash, on another user's FUSE.
is_missing() {
  # A line end in its name is \012 in maps.
  case $1 in *'\012'*) return 1 ;; esac
  why=$(LC_ALL=C ls -dL -- "$1" 2>&1)
  case $why in *': No such file or directory' | *': Not a directory') ;; *) return 1 ;; esac
}

# jdk_moved PROC VIEW PID HOME LIBJVM RANGE BEGAN: whether the JDK folder was renamed, unmounted or mounted over under the JVM,
# which leaves no mark on what it has mapped. PROC is its folder in /proc, VIEW the root directory that it sees, PID its
# own number of itself, HOME and LIBJVM as mapped, RANGE the addresses of libjvm ("7f…-7f…"), BEGAN when it started, in epoch
# seconds. Sets known_home and known_version: java.home and java.version as the JVM itself knows them, empty where that can
# not be had; and unsure, if it may have been renamed and nothing shows it.
jdk_moved() {
  known_home='' known_version='' unsure=''
  case $5 in *'\012'*) unsure=1; return 1 ;; esac
  perf_line=$(grep -m 1 '/hsperfdata_[^/]*/[0-9]*\( (deleted)\)*$' "$1/maps")
  # In a /tmp of its own, or removed by a clean-up: what is mapped still has it.
  for perf in "$1/map_files/${perf_line%% *}" "$2"/tmp/hsperfdata_*/"$3" "$2"/tmp/systemd-private-*/tmp/hsperfdata_*/"$3"; do
    # Any user may have planted it, or a dead process of that number left it: only a plain file is read, and of a live JVM
    # only if it has one mapped. A recorded /proc has no map_files.
    case $perf in "$1"/*) [ -n "$perf_line" ] ;; *) [ ! -h "$perf" ] && { [ -n "$perf_line" ] || [ ! -d "$1/map_files" ]; } ;; esac || continue
    if [ -n "$known_home" ] || [ ! -f "$perf" ]; then continue; fi
    known_home=$(head -c 65536 "$perf" | tr -c '\040-\176\200-\377' '\n' | awk '
      name != "" && $0 != "" { value[name] = $0; name = "" }
      /^java\.property\.java\.(home|version)$/ { name = substr($0, 20) }
      END { if (value["home"] ~ /^\//) print value["home"] "|" value["version"] }')
    # shellcheck disable=SC2034 # only the probe reports the version
    known_version=${known_home##*"|"}
    known_home=${known_home%"|"*}
  done
  from=$known_home
  if [ -z "$from" ]; then
    # An absolute command line says it too, if no symbolic link is in it: a link switched elsewhere is no rename.
    from=$(head -c 4096 "$1/cmdline" | tr '\000' '\n' | awk 'NR == 1 && /^\/.*\/bin\/java$/ { sub(/\/bin\/java$/, ""); print }')
    # Nor is /usr in /usr/bin/java, with the JDK below it.
    case $4 in "$from/jre") ;; "$from"/*) from= ;; esac
    there=$from
    while [ -n "$there" ] && [ ! -d "$2$there" ] && [ ! -h "$2$there" ]; do there=${there%/*}; done
    if [ -z "$from" ] ||
      { [ -n "$there" ] && [ "$(cd -P "$2$there" && pwd -P)" != "$(cd -P "$2/" && pwd -P | awk '{ sub(/\/$/, ""); print }')$there" ]; }; then
      from=
    elif [ -e "$2$from/bin/java" ] || [ -h "$2$from/bin/java" ]; then
      { [ ! -h "$2$from/bin/java" ] &&
        { [ -f "$2$from/lib/modules" ] || [ -f "$2$from/release" ] || [ -f "$2$from/lib/rt.jar" ]; }; } || from=
    elif [ -d "$1/map_files" ]; then
      # What it was started from is gone: a link that was removed, unless where its files are was renamed since.
      above=$4
      while [ -n "$above" ] && case $from/ in "$above"/*) false ;; esac && ! changed_since "$7" "$2$above"; do above=${above%/*}; done
      case $from/ in "$above"/*) from= ;; esac
    elif [ -e "$2$5" ]; then
      # A recorded root keeps no such times. A link has the shorter name, without the version or the machine.
      case $4 in "$from" | "$from/jre") ;; "$from"*[0-9]*) unsure=1 ;; "$from"?*) ;; *) unsure=1 ;; esac
      [ -z "$unsure" ] || return 1
    else
      from=
    fi
    case $4 in "$from/jre") from=$4 ;; esac
  fi
  if [ -n "$from" ] && [ "$from" != "$4" ]; then
    # The folder that it knows may have become a link to where its files are.
    [ -n "$known_home" ] && [ "$(cd -P "$2$from" && pwd -P)" = "$(cd -P "$2$4" && pwd -P)" ] && [ -e "$2$4" ] && return 1
    return 0
  fi
  [ -e "$1/map_files/$6" ] || return 1
  # Where overlayfs shows a file, the mapping names the file below it.
  case $(stat -f -L -c %T "$2$5") in overlay*) return 1 ;; esac
  mapped_inode=$(stat -L -c %d:%i "$1/map_files/$6") && path_inode=$(stat -L -c %d:%i "$2$5") || return 1
  [ "$mapped_inode" = "$path_inode" ] || return 0
  # Neither says where it was started; but renaming a folder changes its inode, and not the time of what is in it.
  # shellcheck disable=SC2034 # the probe alone says so
  [ -z "$from" ] && changed_since "$7" "$2${4%/jre}" && unsure=1
  return 1
}
# changed_since BEGAN FOLDER: whether it was renamed (or chowned) after these epoch seconds, which are known to within two.
changed_since() {
  changed=$(stat -c %Z "$2") && [ "$changed" -gt $(($1 + 2)) ] && [ "$(stat -c %Y "$2")" != "$changed" ]
}
# ---- END the JDK rule. ----

# -q: no newline in a name forges a line of ls; busybox's ls does so without.
quiet=q
ls -dq / >/dev/null 2>&1 || quiet=

# A recorded /proc may have exe as a plain file that holds the link's text.
recorded_exe() {
  for id; do
    id=${id%/exe}
    if [ -f "$id/exe" ] && [ ! -h "$id/exe" ]; then
      text=
      read -r text <"$id/exe"
      printf '%s\n' "$id/exe:$text"
    fi
  done
}

# A JVM maps libjvm.so, whatever its launcher is called (jsvc, an application's own); a java that has not loaded it yet
# is known by its exe. One pass over all processes each.
find_jvms() {
  # Reading the maps of a process that hangs in the kernel may hang as well.
  limited grep -l -e 'libjvm\.so' -e '/lib/.*/\.nfs' [0-9]*/maps
  case $? in 124 | 143) echo late ;; 126 | 127) echo unread ;; esac
  ls -ln$quiet [0-9]*/exe 2>&1 || case $? in 126 | 127) echo unread ;; esac
  [ -n "$live" ] || recorded_exe [0-9]*/exe
}

collect_jvms() {
  cd "$proc" || { problem "no /proc"; cut_short jvms; return; }
  # A recorded /proc holds plain links, and they must not be followed out of the root.
  live=
  [ -e self/stat ] && live=1
  uid=0
  [ -z "$live" ] || while read -r key id rest; do [ "$key" != Uid: ] || uid=$id; done <self/status
  if [ "$uid" != 0 ]; then
    problem "not run as root: other users' processes are not seen"
    cut_short jvms
  fi
  for tool in grep ls; do have "$tool" || return; done
  [ -z "$live" ] || have stat || return
  found=$(find_jvms | awk '
    $0 == "unread" { print; next }
    # Root without CAP_SYS_PTRACE; the first process may be out of reach in a container.
    $0 == "late" || /: Permission denied$/ && !/[^0-9]1\/exe/ { if (!late++) print "late"; next }
    /^[0-9]+\/maps$/ { sub(/\/maps/, ""); jvm[$0]; next }
    /(^| )[0-9]+\/exe( -> |:)(.*\/)?java(;[0-9a-f]*)?( \(deleted\))?$/ || / [0-9]+\/exe -> .*\/bin\/\.nfs[0-9a-f]*$/ {
      sub(/\/exe( -> |:).*/, ""); sub(/.* /, ""); jvm[$0] }
    END {
      for (id in jvm) { for (j = count++; j > 0 && found[j] > id + 0; j--) found[j + 1] = found[j]; found[j + 1] = id + 0 }
      for (j = 1; j <= count && j <= 1000; j++) print found[j]
      if (count > 1000) print "many"
    }')
  case $found in *unread*) return ;; esac
  case $found in *late*) problem "not all processes could be read: JVMs may be missing"; cut_short jvms ;; esac
  case $found in *many*) problem "more than 1000 JVMs: 1000 are looked at"; cut_short jvms; found=${found%many} ;; esac
  # shellcheck disable=SC2086
  set -- ${found#late}
  fact jvms-read
  [ $# -gt 0 ] || return
  { have tr && have head; } || { problem "head or tr is not in PATH: a renamed JDK can't be seen"; cut_short jvms; }
  ticks=
  [ -n "$live" ] && have getconf && ticks=$(getconf CLK_TCK)
  fact ticks "${ticks:-100}"
  exes='' roots='' texts=''
  for id; do
    exes="$exes $id/exe" roots="$roots $id/root" texts="$texts $id/stat $id/status $id/cgroup $id/maps"
  done
  # shellcheck disable=SC2086
  {
    if [ -n "$live" ]; then
      # Only another root directory makes a container: many services have a mount or pid namespace of their own.
      stat -L -c 'root %d:%i %n' / $roots
      ls -lnL $exes
    else
      recorded_exe $exes
    fi
    ls -ln$quiet $exes
    # grep, since some awks give up when a process vanishes between open and read.
    limited grep -H '' $texts
    case $? in 124 | 143) echo late ;; esac
  } | awk -v us="$us" -v live="$live" "$jdk_rule$scan_jvms" | describe_jvms
}

describe_jvms() {
  count=0
  while IFS=$us read -r id start uid inner unit cgroup container exe links libjvm range mark home deleted; do
    case $id in late) problem "JVMs could not be read within 10 s: some may be missing"; cut_short jvms; continue ;; esac
    if [ -n "$live" ]; then view=$id/root; else view=$root; fi
    above=${home%/jre} above=${above%/*}
    if [ "$container" = root ]; then
      # A root directory of its own may hold the host's folders (systemd's TemporaryFileSystem=/).
      container=true
      same=$(stat -L -c %d:%i "$view$above") && [ "$same" = "$(stat -L -c %d:%i "$above")" ] && container=
    fi
    count=$((count + 1))
    gone='' hidden=''
    # A JDK that was unmounted keeps the part of its path that was below the mount.
    if [ -n "$home" ] && [ -n "$libjvm" ] && [ -z "$live" ] && [ "$mark" = 0 ]; then
      gone=false
    elif [ -n "$libjvm" ] && [ -d "$view/" ]; then
      # The kernel's mark is about the file that was mapped; a new file may have its name.
      if [ -e "$view$libjvm" ]; then gone=false
      # A recorded root has no JDK directories, so a missing file proves nothing there: the packages may know.
      elif [ -z "$live" ] && [ ! -d "$view$above" ]; then gone=ask
      elif is_missing "$view$libjvm"; then gone=true
      elif [ "$mark$container" = 0 ]; then hidden=1
      fi
    fi
    # NFS renames lose the old name.
    case $libjvm in */.nfs*) gone=true ;; esac
    known_version='' moved=''
    unsure=
    if [ -n "$libjvm" ] && [ "$count" -le 60 ] && jdk_moved "$id" "$view" "${inner:-$id}" "$home" "$libjvm" "$range" \
      $((${now%%.*} - ${uptime%%.*} + start / ${ticks:-100})); then
      moved=1 gone=true
      # Another JDK may be where it looks for its own.
      [ ! -e "$view${from:-$home}${libjvm#"$home"}" ] || gone=false
    fi
    # The path of what it has mapped follows a rename, what it knows of itself does not.
    [ -z "$hidden" ] || [ "$known_home" != "$home" ] || { gone=false hidden=; }
    [ -z "$unsure$hidden" ] || { problem "whether the JDK of process $id was renamed is unknown${hidden:+: permission denied}"; cut_short jvms; }
    case $moved$gone$us$deleted$us in *"$us$libjvm$us"*) ;; 1* | true*) deleted=$libjvm${deleted:+$us$deleted} ;; esac
    fact jvm "$id" "$start" "$uid" "$unit" "$container" "$exe" "$links" "$gone" "$home" "$cgroup" "$deleted"
    [ "$count" -le 60 ] || { cut_short jvms; continue; }
    collect_places "$id" "$unit"
    [ "$count" -le 40 ] || continue
    [ -z "$home" ] || text_of "release$us$id" "$view$home/release" 4096 || text_of "release$us$id" "$view${home%/jre}/release" 4096
    case $known_version in *[!0-9A-Za-z._+-]*) ;; [0-9]*) fact in-use "$id" "$known_version" ;; esac
    [ "$count" -gt 20 ] || collect_symptoms "$id" "$home"
  done
}

# By what a JVM may be known as the one of a deployment group: the group's id in its environment (no other variable is
# looked at), its unit, its working directory, what its command line starts, the jars that it has open. Logs and data
# that it has open are no sign, nor what its command line says about them.
collect_places() {
  grep -az '^DEPLOYMENT_GROUP_ID=[A-Za-z0-9._-]*$' "$1/environ" | tr '\000' '\n' | awk -v tag="environment$us$1$us" '{ print tag substr($0, 21); exit }'
  [ -z "$2" ] || collect_unit_place "$1" "$2"
  # shellcheck disable=SC2012,SC2020
  {
    ls -ln$quiet "$1/cwd" "$1/fd/" | awk -v us="$us" -v tag="place$us$1$us" '
      !(at = index($0, " -> /")) { next }
      substr($0, 1, at - 1) ~ /cwd$/ { print tag "cwd" us substr($0, at + 4, 1000) }
      /[.](jar|war|ear)$/ && said++ < 50 { print tag "jar" us substr($0, at + 4, 1000) }'
    first_bytes 131072 "$1/cmdline" | tr '\000' '\n' | awk -v tag="place$us$1${us}cmdline$us" '
      /^-X|^-verbose|[.]log$|^-D[^=]*(log|tmp|temp|data)/ || NR == 1 { next }
      { n = split($0, part, /[:=,]/); for (i = 1; i <= n && said < 300; i++)
          if (part[i] ~ /^\// && part[i] !~ /\/java$|[.]log$/ || part[i] ~ /[.](jar|war)$/) { print tag substr(part[i], 1, 1000); said++ } }'
    awk -v tag="place$us$1${us}jar$us" '/[.](jar|war|ear)$/ { path = substr($0, index($0, "/"), 1000); if (!(path in known) && said++ < 50) { known[path]; print tag path } }' "$1/maps"
  }
}

collect_unit_place() {
  property FragmentPath "$(unit_text "$2" FragmentPath)"
  fact unit-place "$1" "$2" "$found"
}

# Only what the JVM itself has open as stdout, stderr or *.log, through its own descriptor: no other file can be slipped
# in. Of a line only the exception's class is kept, and the class or path of the JDK that it names as missing:
# an application writes tokens, passwords and addresses into the same lines.
collect_symptoms() {
  [ -d "$1/fd" ] || return
  # shellcheck disable=SC2012
  ls -ln$quiet "$1/fd/" | awk -v us="$us" '
    !(at = index($0, " -> /")) { next }
    { path = substr($0, at + 4); number = substr($0, 1, at - 1); sub(/.* /, "", number) }
    number ~ /^[12]$/ || path ~ /[.]log$/ { if (!(path in known) && said++ < 4) { known[path]; print number us path } }' \
    | while IFS=$us read -r number path; do
      if [ -n "$live" ]; then file=$1/fd/$number; elif [ -h "$root$path" ]; then continue; else file=$root$path; fi
      [ -f "$file" ] || continue
      last_bytes 262144 "$file" | without_nul | awk -v us="$us" -v path="$path" -v home="${2:-/ }/" "$symptom_forms"
    done
}

# What a JVM says once its JDK is gone or replaced (33 runs, JDK 8 to 25), with what is missing where the words name it.
# shellcheck disable=SC2016
symptom_forms='
function found(exception, mark, form,  rest) {
  if (!(at = index(line, mark))) return
  rest = substr(line, at + length(mark))
  rest = form != "" && match(rest, "^" form) ? substr(rest, 1, RLENGTH) : ""
  if (form != "" && rest == "" || (exception, rest) in known) return
  known[exception, rest]
  if (mark ~ /\/$/) rest = home rest
  sub(/ $/, "", rest)
  if (said++ < 10) print "symptom" us path us exception us rest
}
{
  line = substr($0, 1, 4000)
  found("java.lang.NoClassDefFoundError", "NoClassDefFoundError: Could not initialize class ", "(sun|javax?|jdk|com[.]sun)([.][A-Za-z_][A-Za-z0-9_$]*)+")
  # Only what lies in its own JDK: the rest is of the application.
  found("java.io.FileNotFoundException", "FileNotFoundException: " home, "[A-Za-z0-9_./-]+")
  if (line ~ /InternalError: (Error loading|Currency data)/) found("java.lang.InternalError", "InternalError: ", "")
  if (line ~ /read cryptographic policy directory/) found("java.lang.SecurityException", "SecurityException: ", "")
  found("java.lang.UnsatisfiedLinkError", "UnsatisfiedLinkError: no ", "(net|nio|extnet|management(_ext)?|zip|java|jimage|awt(_headless)?|fontmanager|freetype|lcms|instrument|prefs|rmi|sctp|jaas|sunec|jfr|verify|attach)( |$)")
  found("java.io.IOException", "Failed to exec spawn helper", "")
  found("java.security.NoSuchAlgorithmException", "NoSuchAlgorithmException: TLS SSLContext not available", "")
}'

# Joins what ls, stat and grep say of each JVM, one line each, stale ones first.
# shellcheck disable=SC2016
scan_jvms='
function clean(value) { gsub(/[\001-\037]/, "?", value); return value }
function finish(  field, i, n, home, list, line, path, unit, stale_exe) {
  # The name in parentheses may hold anything, newlines and ")" too: count from the last ")".
  sub(/.*\)/, "", stat)
  split(stat, field, " ")
  if (field[20] !~ /^[0-9]+$/) field[20] = ""
  if (!executable) libjvm = ""
  if (field[20] == "" && live || libjvm == "" && plain(exe[pid]) !~ /(^|\/)java$/) return
  home = jdk_home(libjvm)
  if (libjvm == "" && exe[pid] ~ /\/bin\/java/) { home = plain(exe[pid]); sub(/\/bin\/java$/, "", home) }
  for (i = 1; i <= mapped; i++) {
    path = file_of[i]
    if (gone[path] && of_the_jdk(path, home)) list = list us clean(path)
  }
  n = split(place, part, "/")
  for (i = 2; i <= n && unit == ""; i++) if (part[i] ~ /\.(service|scope)$/) unit = part[i]
  if (container == "" && live && root_of[pid] != "" && root_of[pid] != own_root) container = "root"
  # The kernel marks the text of a link to a file without a name; the count of other names is not in it.
  if (!live && exe[pid] != "") links[pid] = is_lost(exe[pid]) ? 0 : 1
  line = pid us field[20] us uid us inner us clean(unit) us clean(place) us container us clean(exe[pid]) us links[pid] us clean(libjvm) us range us lost us clean(home) list
  if (list != "" || links[pid] == "0" && of_the_jdk(plain(exe[pid]), home)) print line
  else rest[++kept] = line
}
function start(id,  i) {
  if (pid != "") finish()
  for (i = 1; i <= mapped; i++) delete gone[file_of[i]]
  pid = id; mapped = lost = 0
  stat = uid = inner = place = container = libjvm = range = executable = ""
}
function read_map(line,  path, marked) {
  if (!match(line, /^[0-9a-f]+-[0-9a-f]+ [^ ]+ [^ ]+ [^ ]+ [0-9]+ +\//)) return
  path = substr(line, RLENGTH)
  marked = is_lost(path)
  path = plain(path)
  if (!(path in gone)) { file_of[++mapped] = path; gone[path] = 0 }
  if (marked) gone[path] = 1
  if (path !~ /\/libjvm\.so$/ && !(path ~ /\/\.nfs/ && libjvm == "")) return
  if (jdk_home(path) == "" && path !~ /^\/lib\//) return
  if (line ~ /^[^ ]+ ..x/) executable = 1
  if (libjvm == "" || marked) { libjvm = path; lost = marked; range = substr(line, 1, index(line, " ") - 1) }
}
$0 == "late" { print; next }
/^root [0-9]+:[0-9]+ / { if ($3 == "/") own_root = $2; else { split($3, name, "/"); root_of[name[1]] = $2 } next }
/^l/ {
  n = split(substr($0, 1, index($0, " -> ") - 1), part, " "); split(part[n], name, "/")
  if (name[2] == "exe") exe[name[1]] = substr($0, index($0, " -> ") + 4)
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

# -------- units that are down

unit_properties=Id,Type,LoadState,ActiveState,SubState,Result,NRestarts,ExecMainCode,ExecMainStatus,ExecMainStartTimestampMonotonic,ExecMainExitTimestampMonotonic,ExecStart,ExecStartPre,FragmentPath,ConditionResult,AssertResult,Environment

# Every service that systemd has loaded and that is not plainly well or none of the application's. The application may be
# down in many ways: failed, between two tries, ended with a status that counts as success, kept from starting by a
# condition, "active" with no process left, a wrapper that runs on without a JVM.
collect_units() {
  if ! have systemctl; then
    # Without systemd there are no units. A recorded root of another init has its scripts.
    if another_init; then
      fact units-read
    else
      problem "systemctl is not in PATH: units can't be read"
    fi
    return
  fi
  list=$(systemd list-units --all --type=service --no-legend --no-pager) || {
    if [ -n "$root" ] || on_systemd; then problem "systemctl gave no list of units"; else fact units-read; fi
    return
  }
  fact units-read
  # The bullet in front of a failed unit is no ASCII.
  chosen=$(printf '%s\n' "$list" | awk '
    { sub(/^[^A-Za-z0-9]+/, "") }
    $1 !~ /^[A-Za-z0-9@:_.\\-]+\.service$/ || $2 != "loaded" || $1 ~ /^(codedeploy-agent|cloud-[a-z-]+|.*amazon-ssm-agent.*)\.service$/ { next }
    $3 == "failed" || $3 ~ /ing$/ { first = first " " $1; next }
    $1 !~ /^(systemd-|getty@|serial-getty@|user@|user-runtime-dir@|modprobe@)/ { later = later " " $1 }
    END { n = split(first later, unit, " "); for (i = 1; i <= n && i <= 400; i++) print unit[i]; if (n > 400) print "cut" }')
  case "$nl$chosen" in *"${nl}cut") cut_short failedUnits; chosen=${chosen%cut} ;; esac
  [ -n "$chosen" ] || return
  # shellcheck disable=SC2086
  text=$(systemd show $chosen -p "$unit_properties")
  # One answer for all, if each part of it names its unit.
  # shellcheck disable=SC2086
  set -- $chosen
  # shellcheck disable=SC2016
  if ! printf '%s\n' "$text" | awk -v count=$# '/^Id=/ { n++ } /^$/ { blanks++ } END { exit !(n == count && blanks >= count - 1) }'; then
    text=$(for unit; do printf 'Id=%s\n%s\n\n' "$unit" "$(systemd show "$unit" -p "${unit_properties#Id,}")"; done)
  fi
  printf '%s\n' "$text" | awk -v us="$us" "$read_units" | describe_units
}

# One line for each unit, of what systemctl show says of it.
# shellcheck disable=SC2016
read_units='
# "{ path=… ; argv[]=… ; ignore_errors=no ; start_time=[Wed 2026-11-25 03:30:01 UTC] ; … ; code=exited ; status=127 }": the
# arguments may hold anything, so what follows them is looked for from the end.
function command(text,  rest, at, path) {
  while ((at = index(substr(text, past + 1), " ; ignore_errors=")) > 0) past += at
  rest = substr(text, past + 3)
  if (!past) rest = text
  argv = past ? substr(text, 1, past - 1) : text
  sub(/^[{] path=[^ ]* ; argv\[\]=/, "", argv)
  past = 0
  ignored_errors = rest ~ /ignore_errors=yes/
  code = status = begun = ""
  if (match(rest, /code=[a-z]+/)) code = substr(rest, RSTART + 5, RLENGTH - 5)
  if (match(rest, /status=[0-9]+/)) status = substr(rest, RSTART + 7, RLENGTH - 7)
  if (match(rest, /start_time=\[[^]]*\]/)) begun = substr(rest, RSTART + 12, RLENGTH - 13)
  begun = match(begun, /[0-9]+-[0-9]+-[0-9]+ [0-9:]+ UTC$/) ? substr(begun, RSTART, 19) : ""
}
function flush(  stage, exit_status, ignored, tried) {
  if (id == "" || value["LoadState"] !~ /^(loaded)?$/) { reset(); return }
  main_at = has_main = value["ExecMainStartTimestampMonotonic"]; ended = value["ExecMainExitTimestampMonotonic"]
  if (value["ActiveState"] == "") value["ActiveState"] = "failed"
  stage = "start"; exit_status = value["ExecMainStatus"]
  # 2 and 3 are a signal, whose number is no exit status.
  if (value["ExecMainCode"] ~ /^[23]$/) exit_status = ""
  if (start_code == "killed" || start_code == "dumped") { if (value["Type"] != "forking") exit_status = "" }
  else if (start_code == "exited" && start_status != 0 && (value["Type"] == "forking" || exit_status == "" || exit_status == 0)) { exit_status = start_status; if (value["Type"] == "forking") main_at = "" }
  if (pre_failed != "" && (value["ActiveState"] == "failed" || value["Result"] != "success" && value["Result"] != "" || value["SubState"] ~ /auto-restart|start-pre/)) {
    stage = "pre"; exit_status = pre_failed; begun_at = pre_begun != "" ? pre_begun : begun_at; main_at = ""
  }
  ignored = start_ignored && start_status > 0 || value["Result"] == "success" && exit_status > 0 && value["ActiveState"] == "inactive" ? "true" : ""
  if (main_at == 0) main_at = ""
  tried = main_at == "" && begun_at == "" && (has_main || has_start) && exit_status + 0 == 0 ? "false" : ""
  print id us value["ActiveState"] us value["SubState"] us value["Result"] us value["NRestarts"] us stage us exit_status us main_at us begun_at \
    us tried us ignored us (value["ConditionResult"] == "no" || value["AssertResult"] == "no" || value["Result"] == "exec-condition" ? "false" : "") us ended us value["FragmentPath"] us java_home us words
  reset()
}
function reset() {
  split("", value); id = words = java_home = start_code = start_status = start_ignored = pre_failed = pre_begun = begun_at = has_start = ""
}
BEGIN { reset() }
/^$/ { flush(); next }
/^Id=/ { if (id != "") flush(); id = substr($0, 4); next }
/^ExecStartPre=/ {
  command(substr($0, index($0, "=") + 1)); words = words " " argv
  if (code == "exited" && status > 0 && !ignored_errors) { pre_failed = status; pre_begun = begun }
  next
}
/^ExecStart=/ {
  command(substr($0, index($0, "=") + 1)); words = words " " argv
  has_start = 1
  if (start_status + 0 == 0) { start_code = code; start_status = status; start_ignored = ignored_errors }
  if (begun > begun_at) begun_at = begun
  next
}
/^Environment=/ { if (match($0, /(=| |")(JAVA_HOME|JRE_HOME)=\/[^ "]+/)) { java_home = substr($0, RSTART, RLENGTH); sub(/^.(JAVA|JRE)_HOME=/, "", java_home) } next }
/=/ { at = index($0, "="); value[substr($0, 1, at - 1)] = substr($0, at + 1) }
END { flush() }'

# What each starts: java or not, and which java. Its commands show it, else its unit file with the files of
# its environment, and the scripts that it names.
describe_units() {
  beside=
  while IFS=$us read -r unit active sub result restarts stage status main begun tried ignored condition ended fragment home words; do
    java='' path='' gone='' remains=''
    words=" $words "
    # What runs in a container is none of the host's.
    case $words in *[/\ ]docker\ * | *[/\ ]podman\ *) continue ;; esac
    case $words in *[/\ \"\']java[\ \"\'\;]* | *JAVA_HOME* | */jvm/* | *jsvc* | *.jar[\ \"\']*) java=true ;; esac
    case $words in *" "/*/java\ *) path=${words%%/java *}; path=${path##* }/java ;; esac
    # A unit that runs or has ended well is looked at closer only where it is the owner's, not the system's.
    case $active:$fragment in active:/[!er]* | inactive:/[!er]*) [ -n "$java" ] || continue ;; esac
    if [ -z "$java" ] || [ -z "$path" ]; then ask_files; fi
    [ -n "$path" ] || [ -z "$home" ] || path=$home/bin/java
    [ -z "$path" ] || look_for_java
    fact unit "$unit" "$active" "$sub" "$result" "$restarts" "$stage" "$status" "$main" "$begun" "$tried" "$ignored" "$condition" "$ended" "$java" "$path" "$gone" "$remains"
    fact unit-place "$unit" "$unit" "$fragment"
    # What it starts, below the files of a group.
    set -f
    # shellcheck disable=SC2086
    printf '%s\n' "$unit" $words | awk -v us="$us" 'NR == 1 { tag = "place" us $0 us "files" us } /^\/[^ ]/ && !/\/bin\/[a-z]+$/ && said++ < 20 { gsub(/["\047;]/, ""); print tag substr($0, 1, 1000) }'
    set +f
  done
}

# Sets java, path and home by the texts of the files that start the unit.
ask_files() {
  told=$(unit_files | while IFS= read -r file; do
    [ -f "$root$file" ] && first_bytes 65536 "$root$file" | without_nul | awk "$java_words"'
      { sub(/^[ \t]*#[^!].*/, "") }
      names_java($0) { yes = 1 }
      path == "" && match($0, /\/[A-Za-z0-9_.+\/@~-]*\/java([^A-Za-z0-9_.\/-]|$)/) { path = substr($0, RSTART, RLENGTH); sub(/[^a-z]$/, "", path) }
      home == "" && match($0, /(JAVA|JRE)_HOME="?\047?\/[A-Za-z0-9_.+\/@~-]+/) { home = substr($0, RSTART, RLENGTH); sub(/^[^\/]*/, "", home) }
      END { if (yes) print "java"; if (path != "") print "path=" path; if (home != "") print "home=" home }'
  done)
  case $nl$told in
    *"${nl}java"*) java=true ;;
    # Of a unit of which nothing can be read, nothing is known.
    *) case $words$fragment in *[!\ ]*) java=${java:-false} ;; esac ;;
  esac
  property path "$told"; path=${path:-$found}
  property home "$told"; home=${home:-$found}
}

unit_files() {
  set -f
  # shellcheck disable=SC2086
  set -- $words
  set +f
  for word; do
    case $word in
      */bin/java | /bin/* | /usr/bin/* | *.jar) ;;
      /*) printf '%s\n' "$word" "${word%/*}/setenv.sh" "${word%/*}/catalina.sh" ;;
    esac
  done
  [ -f "$root$fragment" ] || return
  printf '%s\n' "$fragment"
  first_bytes 65536 "$root$fragment" | awk 'sub(/^EnvironmentFile=-?\//, "/") { sub(/[ \t\r]+$/, ""); print }'
}

# Sets gone, and remains where a part of its folder is still there.
look_for_java() {
  folder=${path%/bin/java}; folder=${folder%/jre}; above=${folder%/*}
  case $folder in /usr | "$path") above=${path%/*} folder='' ;; esac
  if present "$path" || present "$folder/jre/bin/java"; then
    gone=false
  elif [ -z "$root" ] || [ -d "$root$above" ]; then
    gone=true
    [ -n "$folder" ] || return
    [ ! -d "$root$folder" ] || remains=true
    # Where it was looked for, another may lie now.
    [ "$above" != "$beside" ] || return
    beside=$above
    jdks_among "$root$above"/*/
    loose_jdks
  else
    # A recorded root holds a part of the instance's folders: the packages may know.
    gone=ask
  fi
}

# -------- all of it, then the JSON

collect() {
  for tool in head tail tr grep ls stat; do
    have "$tool" || problem "$tool is not in PATH: what it reads is missing"
  done
  have timeout && timeout 5 true && limit=1
  fact asked "$asked"
  agent_root=/opt/codedeploy-agent/deployment-root
  collect_host
  collect_cloud_init
  collect_agent
  jdk_files
  collect_packages
  loose_jdks
  collect_package_manager
  collect_units
  # Each in a shell of its own: the folder that one goes to is not the next one's.
  (collect_jvms)
  (collect_owned_files)
  fact end
}

without_awk() {
  printf '{"schema":1,"host":{},"problems":["%s"],"truncated":["jvms","failedUnits","packages","deployments"]}\n' "$1"
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
function number_member(name, value) { return value == "" ? "" : member(name, number(value)) }
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
  if (!match(line, /[0-9]+ [A-Z][a-z][a-z] [0-9]+ [0-9]+:[0-9]+:[0-9]+ \+0000/)) return ""
  split(substr(line, RSTART, RLENGTH), part, " ")
  return seconds(part[3], (index("JanFebMarAprMayJunJulAugSepOctNovDec", part[2]) + 2) / 3, part[1], part[4])
}
function stamp_date(stamp) { return seconds(substr(stamp, 1, 4), substr(stamp, 6, 2), substr(stamp, 9, 2), substr(stamp, 12)) }
# Stamps of syslog have no year: the nearest counts.
function near_date(stamp, at,  year, off) {
  if (stamp !~ /^0000/) return stamp_date(stamp)
  year = 1970 + int(at / 31556952)
  off = stamp_date(year substr(stamp, 5)) - at
  return stamp_date(year + (off < -2e7) - (off > 2e7) substr(stamp, 5))
}
function trouble(what) { if (!(what in known_trouble)) { known_trouble[what]; problem[++problems] = what } }
# The boot, on the clock that a file time was taken from; empty if the time is none of this boot. btime has whole
# seconds, hence the second of grace. A clock that is set within the boot leaves times of the old clock behind: each
# clock is valid from the last moment known of the one before to the first known of the next.
function boot_of(at,  i, up, low, high, first) {
  if (booted == "" || at == "") return ""
  ambiguous = 0
  for (i = 1; i <= clocks; i++) {
    up = at - clock_boot[i]
    low = i == 1 ? -1 : clock_last[i - 1] - 1
    high = i == clocks ? uptime + 5 : clock_first[i + 1] + 1
    if (up < low || up > high) continue
    if (first == "") first = clock_boot[i]
    else ambiguous = 1
  }
  return first
}
function in_boot(at) { return boot_of(at) != "" }
function since_boot(at) { at -= boot_of(at); if (ambiguous) uncertain = 1; return number(at < 0 ? 0 : at) }
function add_clock(up, boot) {
  if (clocks && boot - clock_boot[clocks] < 3 && clock_boot[clocks] - boot < 3) { if (up > clock_last[clocks]) clock_last[clocks] = up; return }
  clock_boot[++clocks] = boot; clock_first[clocks] = clock_last[clocks] = up
}
# cloud-init says both clocks of one moment: in the lines of its stages, and in boot-finished by text and file time.
function find_clocks(  i, end, sure) {
  if (booted == "") return
  for (i = 1; i <= stages_told; i++) {
    sure = stage_time[told_stage[i], "s"]
    if (sure == "" || !status_epoch) sure = told_at[i] + 0.5
    add_clock(told_up[i], sure - told_up[i])
  }
  if (match(finished_text, /^[0-9]+\.?[0-9]* - /)) {
    end = substr(finished_text, 1, RLENGTH - 3) + 0
    # systemd saw the same moment, or the present clock places it, or the stages before it do.
    if (end <= uptime + 1 && (ci_end_us != "" && end - ci_end_us / 1000000 < 5 && ci_end_us / 1000000 - end < 5 || near(finished_time - end, booted, 3) \
      || clocks && near(finished_time - end, clock_boot[clocks], 3) && end >= clock_last[clocks])) { finished_end = end; add_clock(end, finished_time - end) }
  }
  # What the present clock already says needs no second reading of the same.
  if (clocks && near(clock_boot[clocks], booted, 3)) { clock_boot[clocks] = booted; clock_last[clocks] = uptime }
  else add_clock(uptime, booted)
  if (clocks > 1) {
    clock_set = clock_boot[clocks] - clock_boot[1]
    trouble("the clock was set by about " int(clock_set) " s within this boot")
  }
}
# systemd counts without the time that the machine slept; uptime and the starts of processes count with it.
function find_suspend(  total) {
  if (finished_end != "" && ci_end_us != "" && finished_end - ci_end_us / 1000000 > 5) suspended = finished_end - ci_end_us / 1000000
  if (monotonic != "" && uptime != "" && uptime - monotonic / 1e9 > 5) {
    total = uptime - monotonic / 1e9
    # Asleep after the end as well, or who knows when.
    if (suspended == "" || total - suspended > 5) { if (finished_end == "" && ci_end_us != "") uncertain = 1 }
    suspended = total
  }
  if (suspended != "") trouble("the machine slept for about " int(suspended) " s in this boot")
}
function awake(us_since_boot) {
  us_since_boot /= 1000000
  return suspended != "" && ci_end_us != "" && finished_end != "" && us_since_boot > ci_end_us / 1000000 ? us_since_boot + finished_end - ci_end_us / 1000000 : us_since_boot
}

# ---- host
function os_value(line) { sub(/^[^=]*=/, "", line); gsub(/["\047]/, "", line); return line }
function zone_seconds(  off) {
  off = substr(zone, 2, 2) * 3600 + substr(zone, 4, 2) * 60
  return (substr(zone, 1, 1) == "-" ? -off : off) + 0
}
function build_host(  json) {
  json = text_member("os", os) text_member("osVersion", os_version)
  if (instance_id == "" && data_id != "" && in_boot(data_id_time)) instance_id = data_id
  json = json text_member("instanceId", instance_id) text_member("bootId", boot_id)
  json = json number_member("now", now)
  json = json number_member("uptime", uptime)
  if (zone ~ /^[-+][0-9][0-9][0-9][0-9]$/) json = json member("utcOffsetSeconds", zone_seconds())
  json = json number_member("clockSetSeconds", clock_set)
  json = json number_member("suspendedSeconds", suspended)
  if (uncertain) json = json member("clockUncertain", "true")
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
    # Command lines and addresses may hold secrets.
    item = out item
    sub(/[ .]*(\\n| )Command: .*/, "", item); gsub(/:\/\/[^ \047]+/, "://...", item)
    ci_error[++ci_errors] = substr(item, 1, 200)
  }
}
function near(one, other, within) { return other != "" && one - other < within && other - one < within }
function up_of(line) { return match(line, /Up [0-9]+\.?[0-9]* seconds/) ? substr(line, RSTART + 3, RLENGTH - 11) : "" }
# Logs of the image and of earlier boots stand in the same file: a stage line carries date and uptime, and so its boot. A
# clock that was set puts them apart; then status.json of this boot names the same moments as the last run in the log.
function read_log(  i, line, mine, up, at, stage, runs, run_of, last, agrees, noted) {
  for (i = 1; i <= log_lines; i++) {
    up = up_of(log_line[i])
    if (up == "") { run_of[i] = runs; continue }
    if (runs == "" || up + 0 < last - 1 || log_line[i] ~ / running \047init-local\047/) runs++
    last = up; run_of[i] = runs
    if (match(log_line[i], / running \047[a-z:-]+\047 at /)) {
      stage = substr(log_line[i], RSTART + 10, RLENGTH - 15); sub(/:/, "-", stage)
      noted = stage_time[stage, "s"]; at = rfc_date(log_line[i])
      if (noted != "" && (near(noted, at, 3) || near(noted, up, 2))) agrees = runs
    }
  }
  for (i = 1; i <= log_lines; i++) {
    line = log_line[i]
    up = up_of(line)
    if (up != "") {
      at = rfc_date(line)
      mine = at != "" && booted != "" && (near(at - up, booted, 120) || agrees != "" && run_of[i] == agrees && runs == agrees)
      if (mine) {
        log_is_ours = 1
        if (match(line, /Cloud-init v\. [^ ]+/)) log_version = substr(line, RSTART + 14, RLENGTH - 14)
        if (line ~ / finished at /) log_end = up
        if (match(line, / running \047[a-z:-]+\047 at /)) {
          stage = substr(line, RSTART + 10, RLENGTH - 15); sub(/:/, "-", stage)
          log_start[stage] = up
          if (run_of[i] == runs) { told_stage[++stages_told] = stage; told_at[stages_told] = at; told_up[stages_told] = up }
        }
      }
    } else if (mine && line ~ /Running command \[.*((yum|dnf5?|microdnf|zypper|tdnf)\047,.*.(upgrade|update|update-minimal|dup|patch)\047|apt-get\047,.*upgrade\047|pacman\047,.*-Syu|apk\047,.*.upgrade\047)/) upgraded = 1
  }
}
# status.json, which cloud-init writes one member a line: the name of a stage is two spaces in, its times three.
function read_status(line) {
  sub(/[ ,]+$/, "", line)
  if (line ~ /^  "[a-z-]+": *[{]$/) { stage_read = line; gsub(/[^a-z-]/, "", stage_read) }
  else if (length(line) < 40 && line ~ /^   "(start|finished)": *[0-9]+[.]?[0-9]*$/)
  {
    stage_time[stage_read, substr(line, 5, 1)] = substr(line, match(line, /[0-9]/)) + 0
    if (stage_time[stage_read, substr(line, 5, 1)] > 1e9) status_epoch = 1
  }
}
# Epoch seconds, or in newer versions seconds since boot; empty where it is no moment of this boot.
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
    list = list "," object(text_member("name", name[i]) number_member("startedUptime", start) number_member("finishedUptime", end))
  }
  return list == "" ? "" : array(list)
}
function build_cloud_init(  json, end, source, version, i, list) {
  if (match(finished_text, /^[0-9]+\.?[0-9]* - /)) {
    end = substr(finished_text, 1, RLENGTH - 3) + 0
    # Without a clock, result.json in /run shows that cloud-init ran in this boot.
    if (booted != "" ? !((finished_end != "" || in_boot(finished_time)) && end <= uptime + 1) : !(result_time != "" && finished_time != "")) end = ""
  }
  if (end != "") { version = finished_text; if (!sub(/.* - v\. /, "", version)) version = "" }
  if (version == "") version = log_version
  # Where the machine slept, what systemd counts is not what uptime says.
  if (ci_end_us != "" && suspended != "" && finished_end != "") { end = finished_end; source = "boot-finished" }
  else if (ci_end_us != "") { end = ci_end_us / 1000000; source = "systemd" }
  else if (!ci_by_files) end = ""
  else if (end != "") source = "boot-finished"
  else if (in_boot(result_time)) { end = since_boot(result_time); source = "result.json" }
  else if (log_end != "") { end = log_end; source = "log" }
  if (ci_state == "unknown" && end != "") ci_state = "done"
  if (ci_state == "unknown") trouble("cloud-init: neither systemd nor its own files tell whether it has finished")
  json = text_member("state", ci_state) text_member("version", version)
  json = json number_member("finishedUptime", end) text_member("source", end == "" ? "" : source)
  if (upgraded || user_data == "yes") json = json member("upgradedPackages", "true")
  else if (log_is_ours && ci_state ~ /done|failed/ && user_data == "") json = json member("upgradedPackages", "false")
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
# Logs have local time without a zone. The last line was written when the file was: the difference to the file time is the
# offset, if it is whole quarters of an hour; the zone of now need not be the zone of then.
function zone_of_stamp(stamp, at, within,  off, whole) {
  off = near_date(stamp, at) - at
  whole = int(off / 900 + (off < 0 ? -0.5 : 0.5)) * 900
  return near(off, whole, within) && whole <= 50400 && whole >= -43200 ? whole : ""
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
  log_offset = last_line == "" || log_time == "" ? "" : zone_of_stamp(last_line, log_time, 3)
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
function build_deployments(  first_boot, ended, i, j, json, list, this_boot, rank, order, shown, key, has_current) {
  first_boot = born[cloud_id != "" ? cloud_id : instance_id]
  for (i = 1; i <= deployments; i++) {
    find_start(i)
    this_boot = in_boot(start)
    if (this_boot) has_current[group_of[i]] = 1
    json = text_member("groupId", group_of[i]) text_member("deploymentId", id_of[i])
    if (this_boot && start_source != "") json = json member("startedUptime", since_boot(start)) text_member("source", start_source)
    if (booted != "" && start != "") json = json member("thisBoot", this_boot ? "true" : "false")
    # The agent may be a little earlier than cloud-init; an image takes longer to make.
    if (!this_boot && start != "" && first_boot != "") json = json member("thisInstance", start < first_boot - 120 ? "false" : "true")
    json = json member("lastInstalled", installed[group_of[i]] == id_of[i] ? "true" : "false")
    ended = file_time[group_of[i], id_of[i], "scripts"]
    if (this_boot && in_boot(ended)) json = json member("endedUptime", since_boot(ended))
    json = json member("namesJava", names_java[group_of[i], id_of[i]])
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
    if (agent_entered > 0) json = json member("startedUptime", number(awake(agent_entered)))
    for (i = 1; i <= fitting("agent.ongoing", ongoings); i++) list = list "," quoted(ongoing[i])
    json = json member("ongoing", array(list))
  }
  return object(json)
}

# ---- packages
# A package is "name<US>version<US>version as Java writes it<US>-VERSION-RELEASE.ARCH<US>arch<US>time<US>manager<US>removed".
function add_package(name, version, bare, release, arch, at, manager, removed,  j, f) {
  if (name == "codedeploy-agent") { if (agent_version == "") { agent_version = bare; sub(/-.*/, "", agent_version) }; return }
  if ((name, version, removed) in known_package) return
  known_package[name, version, removed]
  if (!removed) installed_name[name]
  # Newest first, so that a cut takes the oldest.
  for (j = packages++; j > 0 && package_at[j] + 0 < at + 0; j--) { package[j + 1] = package[j]; package_at[j + 1] = package_at[j] }
  package_at[++j] = at
  package[j] = name us version us java_version(bare) us (release == "" ? "" : "-" bare "-" release "." arch) us arch us at us manager us removed
}
function add_rpm(line,  rpm) {
  if (split(line, rpm, " ") != 6) return
  add_package(rpm[1], (rpm[2] ~ /^[1-9]/ ? rpm[2] ":" : "") rpm[3] "-" rpm[4] "." rpm[5], rpm[3], rpm[4], rpm[5], rpm[6], "rpm", "")
}
function build_package(line,  json, at, f) {
  split(line, f, us)
  json = text_member("name", f[1]) text_member("version", f[2])
  at = f[6]
  # Put on the present clock, as the reader takes it.
  if (at ~ /^[0-9.]+$/) {
    json = json member("installedAt", number(in_boot(at) ? at - boot_of(at) + booted : at))
    if (ambiguous) uncertain = 1
  }
  return object(json text_member("manager", f[7]) (f[8] ? member("removed", "true") : "") (!f[8] && !(f[1] in gone_before) && anew[bare_version(f[1], f[2])] ? member("first", "true") : ""))
}
# Without epoch and, where a package manager notes them apart, architecture.
function bare_version(name, version) { sub(/^[0-9]+:/, "", version); sub(/\.(x86_64|aarch64|noarch|amd64|arm64|all|any)$/, "", version); return name us version }
# A removal, and an installation before which nothing of that name was removed in this boot.
function read_package_log(i,  f, at, off) {
  split(log_note[i], f, us)
  off = zone_of_stamp(note_stamp[i], note_at[i], 90)
  at = near_date(f[2], note_at[i]) - (off == "" ? zone_seconds() : off)
  if (!in_boot(at)) return
  if (f[3] == "remove") {
    gone_before[f[4]]
    # The next build of that name says the rest.
    if (!(f[4] in installed_name)) add_package(f[4], f[5], f[5], "", "", at, manager_of_log[i], 1)
  } else anew[bare_version(f[4], f[5])] = 1
}
# What lay there already before this boot is no news.
function late_packages(  i, f) {
  for (i = 1; i <= log_notes; i++) read_package_log(i)
  for (i = 1; i <= others; i++) {
    split(other[i], f, " ")
    if (in_boot(f[6]) && names_a_home(f[1])) add_rpm(other[i])
  }
  for (i = 1; i <= gones; i++) {
    split(gone_line[i], f, us)
    if (in_boot(f[5])) add_package(f[2], f[4], f[4], "", f[3], f[5], "dpkg", 1)
  }
  for (i = 1; i <= looses; i++) {
    directory_owned(jdk_directory(loose_home[i]))
    # What a deployment brings for itself replaces nothing.
    if (!owned && owned_by(loose_file[i], 0) == "" && in_boot(loose_at[i])) add_package(loose_home[i], "", "", "", "", loose_at[i], "files", "")
  }
}
# Whether the folder of a java that a unit starts, or that a JVM runs on, has this name, with a version behind it.
function names_a_home(name,  home, folder) {
  for (home in unit_home) home_named[jdk_directory(home)]
  for (home in home_seen) home_named[jdk_directory(home)]
  for (folder in home_named) {
    if (length(name) > 3 && (folder == name || index(folder, name) == 1 && substr(folder, length(name) + 1, 1) ~ /[-.+_]/)) return 1
  }
  return 0
}
function build_packages(  i, list) {
  if (!packages_read && !packages) return ""
  for (i = 1; i <= fitting("packages", packages); i++) list = list "," build_package(package[i])
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
function family(name) { while (sub(/-(headless|devel|jre|jdk|jmods|slowdebug|fastdebug|hotspot|openj9|fx|ca|runtime|common)$/, "", name)) continue; return name }
# Whose package is this JDK directory? Sets owner (a package of its family, 0: none) and owned (1: that very directory).
# RPM OpenJDK names its directory after the build (java-17-openjdk-17.0.2.0.8-13.el9.x86_64): another build, another
# directory, and the old one goes. Corretto, Debian and the like keep one directory for all builds.
function directory_owned(directory,  i, base, debian, f) {
  owner = owned = 0
  for (i = 1; i <= packages; i++) {
    split(package[i], f, us)
    base = family(f[1])
    debian = base; sub(/^openjdk-/, "java-", debian)
    if (directory == base || directory == base "." f[5] || directory == base "-" f[5] \
      || directory == base f[4] || (debian != base && directory == debian "-openjdk-" f[5])) { owner = i; owned = !f[8]; owner_java = f[3]; return }
    if (!owner && index(directory, base) == 1 && substr(directory, length(base) + 1, 1) ~ /[-.+_]/) { owner = i; owner_java = f[3] }
  }
}
function path_version(directory,  part, n) {
  n = split(directory, part, "-")
  if (n >= 3 && part[n - 1] ~ /^[0-9]+\.[0-9]/ && part[n] ~ /\./) return java_version(part[n - 1])
  if (match(directory, /1\.8\.0_[0-9]+/)) return substr(directory, RSTART, RLENGTH)
  if (directory !~ /1\.8\.0/ && match(directory, /[0-9]+\.[0-9]+\.[0-9]+/)) return substr(directory, RSTART, RLENGTH)
  return ""
}
function build_jvm(line,  f, n, i, json, pid, gone, home, directory, stale, user, used, on_disk, list, group) {
  n = split(line, f, us)
  pid = f[2]; gone = f[9]; home = f[10]
  json = member("pid", pid)
  if (f[3] != "") json = json member("startedUptime", number(f[3] / ticks))
  user = f[4]
  if (user in user_name && f[6] == "") user = user_name[user]
  json = json text_member("user", user) text_member("unit", f[5]) member("container", f[6] == "" ? "false" : "true")
  json = json text_member("exe", f[7]) member("exeLinks", f[8])
  if (f[3] != "") json = json member("startTicks", f[3])
  if (f[12] == "") n = 11
  stale = f[8] == "0" && of_the_jdk(plain(f[7]), home) || n > 11
  directory = jdk_directory(home)
  # A container has packages of its own.
  if (f[6] == "") directory_owned(directory)
  else owner = owned = 0
  if (gone == "ask") gone = !packages_read || (!owner && path_version(directory) == "") ? "" : owned ? "false" : "true"
  used = in_use[pid]
  if (used == "") used = path_version(directory)
  on_disk = release[pid]
  if (on_disk == "" && owner) on_disk = owner_java
  if (used == "" && !stale) used = on_disk
  json = json text_member("javaHome", home) member("javaHomeGone", gone)
  n = 11 + fitting("jvms.deletedMappings", n - 11)
  # A path below java.home is printed without it.
  for (i = 12; i <= n; i++) list = list "," quoted(substr(f[i], index(f[i], home "/") == 1 ? length(home) + 2 : 1))
  json = json member("deletedMappings", array(list)) text_member("versionInUse", used) text_member("versionOnDisk", on_disk)
  group = group_of_jvm(pid, f[5], home, plain(f[7]), f[11])
  return object(json text_member("groupId", group) text_member("sign", group == "" ? "" : sign))
}
function build_jvms(  i, list) {
  for (i = 1; i <= fitting("jvms", jvms); i++) list = list "," build_jvm(jvm[i])
  return array(list)
}
# ---- whose files are they? The longest path that a group has installed decides, above it or in it.
function owned_by(path, holds,  shorter) {
  if (index(path, agent_root "/") == 1) {
    path = substr(path, length(agent_root) + 2)
    sub(/\/.*/, "", path)
    return path in recent ? path : ""
  }
  # A folder that the group did not make, but put its files into: none that many share.
  if (holds && path in inside && !(path in owner_of)) return path ~ /^(\/[^\/]*|\/(etc|usr|var|tmp|run|bin|lib|sbin|home)(\/.*)?)$/ && path !~ /^\/(var\/(lib|opt|www)|home|usr\/(share|local))\/[^\/]+/ ? "" : inside[path]
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
  sub(/\/+$/, "", path)
  gsub(/[^ -~]/, "?", path)
  above = path
  sub(/\/[^\/]*$/, "", above)
  if (path in wanted) own(owner_of, path, group)
  if (above in wanted) own(inside, above, group)
}
function want_place(id, kind, path) {
  if (path !~ /^\// && kind == "cmdline" && cwd_of[id] != "") path = cwd_of[id] "/" path
  gsub(/\/(\.\/)+/, "/", path)
  sub(/\/+\*?$/, "", path)
  # As ls writes it.
  gsub(/[^ -~]/, "?", path)
  if (path !~ /^\// || ((id, kind, path) in known_place)) return
  known_place[id, kind, path]
  if (kind == "cwd") cwd_of[id] = path
  place_of[++places] = id; place_kind[places] = kind; place[places] = path
  while (path != "") { wanted[path]; sub(/\/[^\/]*$/, "", path) }
}
function want_jvm(line,  f, n, name) {
  n = split(line, f, us)
  want_place(f[2], "files", plain(f[7])); want_place(f[2], "files", f[10])
  name = f[5]
  if (name !~ /^[A-Za-z0-9@:_.\\-]+$/) return
  want_place(f[2], "cgroup", "/etc/systemd/system/" name); want_place(f[2], "cgroup", "/usr/lib/systemd/system/" name); want_place(f[2], "cgroup", "/lib/systemd/system/" name)
  sub(/\.service$/, "", name); want_place(f[2], "cgroup", "/etc/init.d/" name)
}
# The group whose files hold what is known of this kind about the process or unit; empty where they are of several.
function group_by(id, kind,  i, group, owner) {
  for (i = 1; i <= places; i++) {
    if (place_of[i] != id || place_kind[i] != kind || (owner = owned_by(place[i], kind == "cwd")) == "") continue
    if (group != "" && group != owner) return ""
    group = owner
  }
  return group == "?" ? "" : group
}
# Sets sign, as the first that fits.
function group_of_jvm(pid, unit, home, exe, cgroup,  kind, n, i, group, name) {
  sign = "environment"
  if (pid in environment) return environment[pid]
  if (owned_cut) return ""
  n = split("files unit cgroup cwd cmdline jar", kind, " ")
  for (i = 1; i <= n; i++) {
    sign = kind[i]
    if (sign == "unit") group = unit == "" ? "" : group_of_unit(unit)
    else group = group_by(pid, sign)
    if (group == "" && sign == "cgroup" && cgroup ~ /\/codedeploy-agent\.service(\/|$)/) { group = only_group; sign = "cgroup" }
    if (group != "") { sign = kind[i]; return group }
  }
  return ""
}
function group_of_unit(unit,  group) {
  if (owned_cut) return ""
  sign = "unit"
  if (unit in unit_place && (group = owned_by(unit_place[unit], 0)) ~ /[^?]/) return group
  sign = "files"
  return group_by(unit, "files")
}

# ---- units that are down
function java_was_here(path,  folder) {
  folder = path; sub(/\/bin\/java$/, "", folder)
  if (path ~ /^(\/usr)?\/bin\/java$|^\/etc\/alternatives\/java$/) return packages
  if (folder in home_seen || (folder "/jre") in home_seen) return 1
  directory_owned(jdk_directory(folder))
  if (owner) return 1
  # Only packages put JDKs there.
  return path ~ /^\/usr\/(lib(64)?\/jvm|java)\//
}
function unit_json(i,  f, n, json, state, gone, group, at) {
  n = split(unit[i], f, us)
  state = unit_state(f)
  json = text_member("unit", f[2]) text_member("state", state) text_member("result", f[5])
  if (f[8] ~ /^[0-9]+$/ && (f[8] > 0 || f[6] > 0 || state == "failed")) json = json member("exitStatus", f[8])
  json = json text_member("stage", f[7])
  if (f[6] ~ /^[0-9]+$/) json = json member("restarts", f[6])
  json = json member("java", f[15])
  gone = f[17]
  if (gone == "ask") { directory_owned(jdk_directory(java_folder(f[16]))); gone = owned ? "false" : owner ? "true" : "" }
  json = json member("javaGone", gone)
  if (gone != "") json = json member("javaWasHere", gone == "false" || f[18] != "" || java_was_here(f[16]) ? "true" : "false")
  if (f[9] > 0 && !(suspended != "" && f[10] != "")) at = awake(f[9])
  else if (f[10] != "" && in_boot(at = stamp_date(f[10]))) at = since_boot(at)
  else at = ""
  json = json number_member("startedUptime", at)
  if (f[14] > 0) json = json member("endedUptime", number(awake(f[14])))
  json = json member("condition", f[13]) member("ignored", f[12]) member("tried", f[11])
  group = group_of_unit(f[2])
  return object(json text_member("groupId", group) text_member("sign", group == "" ? "" : sign))
}
function java_folder(path) { sub(/\/bin\/java$/, "", path); return path }
function unit_state(f) {
  if (f[3] == "failed") return "failed"
  if (f[4] ~ /^auto-restart/) return "auto-restart"
  if (f[3] ~ /ing$/) return "activating"
  if (f[3] == "inactive") return "inactive"
  return f[4] == "exited" ? "exited" : "running"
}
# Those that start java first, then those of which that is not known.
function choose_units(  i, n, f, state, java, pass) {
  for (i = 1; i <= jvms; i++) { n = split(jvm[i], f, us); if (f[5] != "") jvm_in[f[5]] }
  for (i = 1; i <= units; i++) {
    split(unit[i], f, us)
    state = unit_state(f); java = f[15]
    unit_rank[i] = java == "true" ? 1 : java == "" ? 2 : 3
    if (state ~ /^(failed|auto-restart)$/) continue
    # What has a JVM is not down; without a look at the processes nobody knows.
    if (f[2] in jvm_in || !jvms_read && state != "inactive") unit_rank[i] = 0
    else if (java != "true" && group_of_unit(f[2]) == "") unit_rank[i] = 0
    else if (state == "running" && f[16] == "") unit_rank[i] = 0
  }
  for (pass = 1; pass <= 3; pass++) for (i = 1; i <= units; i++) if (unit_rank[i] == pass) { down[++downs] = i; down_rank[downs] = pass }
}
function build_failed_units(  i, list, shown) {
  if (!units_read) { cut_name("failedUnits"); return "" }
  shown = downs <= cap["failedUnits"] ? downs : cap["failedUnits"]
  if (shown < downs && down_rank[shown + 1] < 3) cut_name("failedUnits")
  for (i = 1; i <= shown; i++) list = list "," unit_json(down[i])
  return array(list)
}

# ---- symptoms
function build_symptoms(  i, list) {
  for (i = 1; i <= fitting("symptoms", symptoms); i++)
    list = list "," object(text_member("file", symptom_file[i]) text_member("exception", symptom[i]) text_member("missing", symptom_missing[i]))
  return array(list)
}
function build_manager() {
  if (manager_name == "") return ""
  return object(text_member("name", manager_name) member("pid", manager_pid) (manager_start ~ /^[0-9]+$/ ? member("startedUptime", number(manager_start / ticks)) : ""))
}

# ---- the whole, cut until it fits
function cut_name(name) { if (!(name in was_cut)) { was_cut[name]; truncated = truncated "," quoted(name) } }
function fitting(name, count) {
  if (count <= cap[name]) return count
  cut_name(name)
  return cap[name]
}
function build(  json, i, list, name) {
  for (name in was_cut) delete was_cut[name]
  truncated = ""
  for (name in cut) cut_name(name)
  ci_errors = 0
  json = member("cloudInit", build_cloud_init())
  json = json member("agent", build_agent())
  if (!jvms_read) cut_name("jvms")
  if (!packages_read) cut_name("packages")
  json = json member("deployments", build_deployments()) member("packages", build_packages())
  json = json member("jvms", jvms_read ? build_jvms() : "") member("failedUnits", build_failed_units()) member("packageManager", build_manager()) member("symptoms", build_symptoms())
  for (i = 1; i <= fitting("problems", problems); i++) list = list "," quoted(problem[i])
  json = json member("problems", array(list)) member("truncated", array(truncated))
  # Last, since only the rest tells whether all times could be placed.
  return object(",\"schema\":1" member("host", build_host()) json)
}
function caps(level) {
  longest = level < 11 ? 300 : 100
  cap["symptoms"] = level < 1 ? 20 : level < 2 ? 5 : 0
  cap["failedUnits"] = level < 2 ? 60 : level < 3 ? 25 : level < 6 ? 10 : level < 12 ? 3 : 0
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
$1 ~ /^(cloud|instance)-id$/ && instance_id == "" && rest ~ /^i-[0-9a-f]+$/ && length(rest) <= 19 { instance_id = rest }
$1 == "data-id" && rest ~ /^i-[0-9a-f]+$/ && length(rest) <= 19 { data_id = rest }
$1 == "data-id-time" { data_id_time = $2 }
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
$1 == "agent" { agent_installed = $2; agent_running = $3; agent_at_boot = $4; agent_after = $5; agent_root = $6; agent_entered = $7 }
$1 == "agent-version" && match(rest, /[0-9]+\.[0-9]+\.[0-9]+/) { agent_version = substr(rest, RSTART, RLENGTH) }
$1 == "install" && !($2 in install) { install[$2] = substr(rest, length($2) + 2) }
$1 == "trace" { time_of[++times] = $2; time_path[times] = $4 }
$1 == "birth" && parts_of_path($4, birth_part) == 3 && birth_part[1] == "." { file_birth[birth_part[2], birth_part[3]] = $2 }
$1 == "agent-log" { log_time = $2 }
$1 == "first-line" { first_line[$2] = $3 }
$1 == "last-line" { last_line = $2 }
$1 == "packages-read" { packages_read = 1 }
$1 == "rpm" || $1 == "rpm-holds" { add_rpm(rest) }
$1 == "other" { other[++others] = rest }
$1 == "log-time" { note_time = $2; log_file = $4; noted = log_notes }
$1 == "log" { log_note[++log_notes] = $0 }
$1 == "log-last" { for (i = noted + 1; i <= log_notes; i++) { note_at[i] = note_time; note_stamp[i] = $2; manager_of_log[i] = log_file ~ /dpkg/ ? "dpkg" : log_file ~ /pacman/ ? "pacman" : "rpm" } }
$1 == "dpkg" { bare = $4; sub(/^[0-9]+:/, "", bare); add_package($2, $4 "." $3, bare, "", $3, $5, "dpkg", "") }
$1 == "dpkg-gone" { gone_line[++gones] = $0 }
$1 == "pacman" { add_package($2, $3, $3, "", $4, $5, "pacman", "") }
$1 == "apk" { add_package($2, $3, $3, "", $4, $5, "apk", "") }
$1 == "loose" { loose_home[++looses] = $2; loose_at[looses] = $3; loose_file[looses] = $4; want_place("", "", $4) }
$1 == "manager" && manager_name == "" { manager_name = $2; manager_pid = $3; manager_start = $4 }
$1 == "names-java" { names_java[$2, $3] = $4 }
$1 == "user-data" { if ($2 == "yes" || user_data == "") user_data = $2 }
$1 == "monotonic" { monotonic = $2 }
$1 == "cut" { cut[$2] }
$1 == "units-read" { units_read = 1 }
$1 == "jvms-read" { jvms_read = 1 }
$1 == "environment" { environment[$2] = $3 }
$1 == "unit" { unit[++units] = $0 }
$1 == "end" { complete = 1 }
$1 == "ticks" && $2 ~ /^[1-9][0-9]*$/ { ticks = $2 }
$1 == "jvm" { jvm[++jvms] = $0; want_jvm($0) }
$1 == "release" && match(rest, /JAVA_VERSION="[^"]*"/) { release[$2] = substr(rest, RSTART + 14, RLENGTH - 15) }
$1 == "in-use" { in_use[$2] = $3 }
$1 == "place" { want_place($2, $3, substr(rest, length($2) + length($3) + 3)) }
$1 == "unit-place" { want_place("", "", $4); unit_place[$3] = $4 }
$1 == "owned" { read_owned($2, substr(rest, length($2) + 2)) }
$1 == "owned-cut" { owned_cut = 1 }
$1 == "symptom" { symptom_file[++symptoms] = $2; symptom[symptoms] = $3; symptom_missing[symptoms] = $4 }
$1 == "problem" { trouble(rest) }
END {
  # Below a root the recorded moment is now.
  if (now == "" && btime != "" && uptime != "") now = btime + uptime
  booted = now == "" || uptime == "" ? "" : now - uptime
  if (booted == "") trouble("no clock: btime or uptime can not be read, so no file time can be placed in this boot")
  read_log()
  find_clocks()
  find_suspend()
  read_deployments()
  for (i = 1; i <= jvms; i++) { split(jvm[i], part, us); if (part[10] != "") home_seen[part[10]] }
  for (i = 1; i <= units; i++) { split(unit[i], part, us); if (part[16] ~ /\/bin\/java$/) unit_home[java_folder(part[16])] }
  late_packages()
  for (name in recent) { groups++; only_group = name }
  if (groups != 1) only_group = ""
  choose_units()
  # What the shell could not finish is not whole.
  if (!complete) { cut["jvms"]; cut["failedUnits"]; trouble("the probe did not come to its end") }
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
  json=$(collect 2>/dev/null </dev/null | awk -v us="$us" -v max="$max_output" "$jdk_rule$write_json" 2>/dev/null)
  case $json in '{'*'}') ;; *) json=$(without_awk 'awk failed: nothing could be put together') ;; esac
else
  json=$(without_awk 'awk is not in PATH: nothing could be read')
fi
[ ${#json} -le "$max_output" ] || json=$(without_awk 'the evidence did not fit')
printf '%s\n' "$json"
