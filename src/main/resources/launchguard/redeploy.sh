#!/bin/sh
# Launch Guard: deploys once more, on this instance alone, the revision that CodeDeploy has deployed here already.
#
#   redeploy.sh GROUP_ID DEPLOYMENT_ID GROUP_NAME APPLICATION_NAME PIDS EXPECT
#
# PIDS: the diagnosed processes, as pid:startTicks,pid:startTicks (a bare pid is accepted; empty where none was left).
# EXPECT says when there is nothing to do: "stale", when none of the diagnosed processes is stale any more; "missing",
# when a fresh JVM of this deployment runs. The SSM document puts one line in front of this text:
#   set -- '<groupId>' '<deploymentId>' '<groupName>' '<applicationName>' '<pids>' '<expect>'
# The agent's own local deployment does the work: ApplicationStop of what is installed, then BeforeInstall, Install,
# AfterInstall, ApplicationStart and ValidateService of a copy. It looks at nobody else and its exit code 0 proves
# nothing, so: guards first, proof last.
#
#    0  proved: a fresh JVM of the deployment runs, no diagnosed one is stale; or nothing to do
#   10  precondition missing                        11  cloud-init or a package manager is busy
#   12  a deployment is on its way
#   13  not the revision that was diagnosed, or the most recent installation is not the last successful one,
#       or the revision's archive is incomplete
#   20  the local deployment failed, the application may be down
#   21  deployed, but a JVM is stale or none runs   75  another repair runs
# 10 to 13 and 75 touched nothing. Never 194: SSM would reboot the instance.
#
# Every file is read below LAUNCH_GUARD_ROOT (empty on an instance), every command is taken from PATH, so that tests
# never touch the machine that they run on. POSIX sh.
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

# A value of this kind can be neither an option, nor a path that leads elsewhere, nor code.
is_id() {
  case $1 in '' | -* | *[!A-Za-z0-9-]*) return 1 ;; esac
  [ "${#1}" -le 100 ]
}

is_name() {
  case $1 in '' | -* | *[!A-Za-z0-9._+=,@-]*) return 1 ;; esac
  [ "${#1}" -le 100 ]
}

# Sets diagnosed to "pid:ticks pid:ticks …"; a bare pid gets the ticks that it has now.
read_diagnosed() {
  case $1 in *[!0-9:,]* | ,* | *, | *,,*) return 1 ;; esac
  [ "${#1}" -le 2000 ] || return 1
  diagnosed=''
  for item in $(printf '%s' "$1" | tr ',' ' '); do
    is_number "${item%%:*}" || return 1
    case $item in
      *:*) is_number "${item#*:}" || return 1 ;;
      *) item=$item:$(start_ticks "$item") ;;
    esac
    diagnosed="$diagnosed $item"
  done
}

# Prints the diagnosed processes that are still there and still stale. Other groups' stale JVMs are not our affair.
still_stale() {
  for item in $diagnosed; do
    [ "$(start_ticks "${item%%:*}")" = "${item#*:}" ] && is_stale "${item%%:*}" && printf '%s ' "${item%%:*}"
  done
}

require_preconditions() {
  require_tools flock awk sed stat readlink
  command -v systemd-run >/dev/null 2>&1 || require_tools setsid
  [ -x /bin/bash ] || finish 10 precondition "/bin/bash is missing: the agent starts with it"
  [ -r "$root/etc/codedeploy-agent/conf/codedeployagent.yml" ] || finish 10 precondition "no CodeDeploy agent configuration"
  read_deployments_folder
  [ -d "$root$deployments/$group_id" ] || finish 10 precondition "no folder of deployment group $group_id in $deployments"
  program=$root/opt/codedeploy-agent/bin/codedeploy-local subcommand=''
  if ! [ -x "$program" ]; then
    # Agent 2: one program; only there --version is known. It keeps codedeploy-local as a link.
    program=$root/opt/codedeploy-agent/bin/codedeploy-agent subcommand=deploy-local
    { [ -x "$program" ] && "$program" --version </dev/null >/dev/null 2>&1; } || finish 10 precondition "no codedeploy-local"
  fi
  # The local deployment would run as root what the agent runs as somebody else.
  agent_user=$(systemctl show codedeploy-agent.service -p User 2>/dev/null | sed -n 's/^User=//p')
  [ -n "$agent_user" ] || agent_user=$(sed -n "s/^[[:space:]]*CODEDEPLOY_USER=[\"']\{0,1\}\([^\"']*\).*/\1/p" \
    "$root/etc/init.d/codedeploy-agent" 2>/dev/null | tail -n 1)
  case $agent_user in '' | root) ;; *) finish 10 precondition "the CodeDeploy agent runs as $agent_user" ;; esac
}

# The services that the diagnosed JVMs run in: a fresh JVM in one of them is this deployment's.
note_services() {
  services=' '
  for item in $diagnosed; do
    [ "$(start_ticks "${item%%:*}")" = "${item#*:}" ] || continue
    group=$(control_group "${item%%:*}")
    case ${group##*/} in
      codedeploy-agent* | amazon-ssm-agent* | snap.amazon-ssm-agent*) ;;
      *[[:space:]]*) ;;
      *.service) services="$services$group " ;;
    esac
  done
}

# What the group has installed: the files and folders that its own clean-up would remove, and the destinations of its
# files; folders that everybody uses (/etc, /usr/bin, /opt itself) would fit every process.
group_files() {
  cat "$root$deployments/deployment-instructions/$group_id-cleanup" 2>/dev/null
  echo
  appspec_entries destination | sed 's,/*$,,' | grep '^/[^/]*/' |
    grep -v -e '^/etc/' -e '^/usr/[^/]*$' -e '^/usr/s\{0,1\}bin/' -e '^/usr/lib' -e '^/usr/local/[^/]*$' \
      -e '^/tmp/' -e '^/var/[^/]*$' -e '^/run/'
}

# Where a process comes from: command line, working folder, executable, and what its service's definition names.
traces() {
  # shellcheck disable=SC2020 # several separators become line ends
  tr '\000:=' '\n\n\n' <"$root/proc/$1/cmdline"
  readlink "$root/proc/$1/cwd"
  executable "$1"
  group=$(control_group "$1")
  case ${group##*/} in
    -* | *[!A-Za-z0-9:_.@\\-]* | codedeploy-agent* | amazon-ssm-agent* | snap.amazon-ssm-agent*) ;;
    *.service)
      # shellcheck disable=SC2020
      systemctl show "${group##*/}" -p FragmentPath,ExecStart,WorkingDirectory,EnvironmentFiles | tr ' =;{}"' '\n\n\n\n\n\n' ;;
  esac
} 2>/dev/null

# Does this JVM belong to the deployment group? By its service; by the scope that this script runs the hooks in; by
# the group id that hooks have in their environment and hand on to what they start; or by the group's files.
is_ours() {
  group=$(control_group "$1")
  case $services in *" $group "*) return 0 ;; esac
  case $group in */"$scope".scope) return 0 ;; esac
  tr '\000' '\n' <"$root/proc/$1/environ" 2>/dev/null | grep -qx "DEPLOYMENT_GROUP_ID=$group_id" && return 0
  { group_files; echo ---; traces "$1"; } | awk '
    $0 == "---" { tracing = 1; next }
    !/^\// { next }
    !tracing { ours[$0] = 1; next }
    { for (path = $0; path != ""; sub(/\/[^\/]*$/, "", path)) if (path in ours) { found = 1; exit } }
    END { exit !found }'
}

# fresh_jvms SINCE: prints the JVMs of this deployment that started at or after these ticks and are not stale.
fresh_jvms() {
  for process in "$root"/proc/[0-9]*; do
    candidate=${process##*/}
    started=$(start_ticks "$candidate") || continue
    { is_number "$started" && [ "$started" -ge "$1" ]; } || continue
    is_jvm "$candidate" && ! is_stale "$candidate" && is_ours "$candidate" && printf '%s ' "$candidate"
  done
}

# appspec_entries KEY: the values of source, destination (in files) or location (in hooks). This reads the YAML that
# people write: block lists and flow mappings, quoted or not. What it cannot read counts as missing, never as present.
appspec_entries() {
  awk -v key="$1" '
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
    }' "$appspec" 2>/dev/null
}

incomplete() {
  finish 13 not-diagnosed "the archive of $deployment_id is incomplete: $1"
}

# The clean-up and ApplicationStop run before anything is copied: with one file missing the application would end
# stopped and half removed. Hooks may have moved files away after the first installation.
require_complete_archive() {
  { [ -s "$appspec" ] && [ -r "$appspec" ]; } || incomplete "no appspec.yml"
  entries=$(appspec_entries source && appspec_entries location)
  listed=$(grep -c -e '^[^#]*source["'\'']\{0,1\}[[:space:]]*:' -e '^[^#]*location["'\'']\{0,1\}[[:space:]]*:' "$appspec")
  [ "$(printf '%s\n' "$entries" | grep -c .)" -ge "$listed" ] || incomplete "its appspec.yml cannot be read"
  missing=$(printf '%s\n' "$entries" | while IFS= read -r entry; do
    [ -e "$root$archive/$entry" ] || [ -L "$root$archive/$entry" ] || { echo "$entry" && break; }
  done)
  [ -z "$missing" ] || incomplete "$missing"
  # A folder that is listed may have lost files: what the installation copied one by one stands here.
  missing=$(grep -o '"source":"[^"\\]*"' "$root$deployments/deployment-instructions/$group_id-install.json" 2>/dev/null |
    sed -e 's/^"source":"//' -e 's/"$//' | while IFS= read -r file; do
    case $file in "$archive"/*) [ -e "$root$file" ] || [ -L "$root$file" ] || { echo "$file" && break; } ;; esac
  done)
  [ -z "$missing" ] || incomplete "$missing"
}

# One line of a file of the agent's, which writes them without line end.
installed() {
  line=
  IFS= read -r line <"$root$deployments/deployment-instructions/${group_id}_$1_install"
  printf '%s\n' "${line%/}"
} 2>/dev/null

require_diagnosed_revision() {
  last=$(installed last_successful) recent=$(installed most_recent)
  [ -n "$last" ] || finish 13 not-diagnosed "no successful installation of group $group_id is recorded"
  [ "$last" = "$recent" ] ||
    finish 13 not-diagnosed "the most recent installation ${recent##*/} is not the last successful one ${last##*/}"
  [ "$last" = "$deployments/$group_id/$deployment_id" ] || finish 13 not-diagnosed "installed is ${last##*/}, not $deployment_id"
}

# The agent's unit reads /etc/profile under "bash -a" before it starts, so hooks see what is set there; SSM's shell does
# not. An array is never exported: nothing of ours reaches the application's environment.
# shellcheck disable=SC2016 # bash expands it
as_the_agent='launch_guard=("$@"); set -a --; if [ -f "${launch_guard[0]}" ]; then . "${launch_guard[0]}"; fi; exec "${launch_guard[@]:1}"'

# In a scope of its own: what a hook starts with nohup would else live in the SSM agent's control group and may die
# with its next restart. A service of systemd-run's would kill it at its end. A scope's name stays taken for as long
# as such an application lives, so it carries our pid and the time. File names that exist are overwritten: with
# DISALLOW one foreign file ends the run when the application has been stopped and removed already.
deploy_locally() (
  cd / || exit 126
  if command -v systemd-run >/dev/null 2>&1; then
    set -- systemd-run --scope --unit="$scope" "$@"
  else
    set -- setsid "$@"
  fi
  exec "$@" </dev/null >>"$output" 2>&1 9>&-
)

local_deployments() {
  for folder in "$root$deployments/$group_id"/*; do
    printf '%s ' "${folder##*/}"
  done
}

# Sets new_deployment to the folder that was not there before.
find_new_deployment() {
  new_deployment=''
  for folder in $(local_deployments); do
    case " $before " in *" $folder "*) ;; *) is_id "$folder" && new_deployment=$folder ;; esac
  done
}

redeploy() {
  before=$(local_deployments)
  output=$run/launch-guard.out
  (umask 077 && rm -f "$output" && : >"$output") || finish 10 precondition "nothing can be written in $run"
  say "redeploying $deployment_id of group $group_id; stale now: ${stale:-none}"
  since=$(uptime_ticks)
  deploy_locally /bin/bash -c "$as_the_agent" /bin/bash "$root/etc/profile" "$program" ${subcommand:+"$subcommand"} \
    -t directory -l "$root$archive" -g "$group_id" -d "$group_name" -a "$application_name" -b OVERWRITE
  code=$?
  quote_end_of <"$output"
  rm -f "$output"
  find_new_deployment
  say "local deployment: ${new_deployment:-none}"
  [ "$code" -eq 0 ] && return
  log=$root$deployments/$group_id/${new_deployment:-none}/logs/scripts.log
  [ -r "$log" ] && quote_end_of <"$log"
  finish 20 failed "the local deployment ended with $code: the application may be down"
}

# Exit code 0 proves nothing: a hook's start may do nothing, or start what dies at once. Up to 20 seconds for a fresh
# JVM, and 5 seconds later one of those must still run.
prove() {
  waited=0
  until stale=$(still_stale) fresh=$(fresh_jvms "$since") && [ -z "$stale" ] && [ -n "$fresh" ]; do
    [ "$waited" -lt 20 ] || finish 21 unproved "deployed, but stale: ${stale:-none}, fresh: ${fresh:-none}"
    waited=$((waited + 1))
    sleep 1
  done
  sleep 5
  later=$(fresh_jvms "$since")
  for candidate in $fresh; do
    case " $later" in *" $candidate "*) finish 0 proved "process $candidate runs on the JDK that is installed" ;; esac
  done
  finish 21 unproved "deployed, but the fresh JVM $fresh did not last"
}

main() {
  [ $# -eq 6 ] || finish 10 precondition "wanted: group id, deployment id, group name, application name, pids, expect"
  group_id=$1 deployment_id=$2 group_name=$3 application_name=$4 expect=$6
  { is_id "$group_id" && is_id "$deployment_id"; } || finish 10 precondition "no group or deployment id: $1, $2"
  { is_name "$group_name" && is_name "$application_name"; } || finish 10 precondition "no group or application name: $3, $4"
  read_diagnosed "$5" || finish 10 precondition "no list of pid:startTicks: $5"
  case $expect in
    stale) [ -n "$diagnosed" ] || finish 10 precondition "a stale process must be named" ;;
    missing) ;;
    *) finish 10 precondition "neither stale nor missing is expected: $6" ;;
  esac
  require_preconditions
  archive=$deployments/$group_id/$deployment_id/deployment-archive
  appspec=$root$archive/appspec.yml
  [ -f "$appspec" ] || appspec=$root$archive/appspec.yaml
  scope=launch-guard-$$-$(uptime_ticks)
  take_lock
  busy=$(busy_with) && finish 11 busy "$busy is busy: ask again later"
  note_services
  # Before the revision is looked at: after a first repair the installed one has a local id, and asking again for the
  # same repair must find nothing to do.
  stale=$(still_stale)
  if [ "$expect" = stale ]; then
    [ -n "$stale" ] || finish 0 nothing-to-do "no diagnosed process is stale any more: nothing to do"
  else
    fresh=$(fresh_jvms 0)
    [ -z "$fresh" ] || finish 0 nothing-to-do "process $fresh is fresh: nothing to do"
  fi
  coming=$(deployment_on_its_way) && finish 12 deploying "deployment $coming is on its way"
  require_diagnosed_revision
  require_complete_archive
  redeploy
  prove
}

main "$@"
