#!/bin/sh
# shellcheck disable=SC2154 # repair-lib.sh, which is joined to this text, sets and uses these names
# Launch Guard: deploys once more, on this instance alone, the revision that CodeDeploy has deployed here already.
#
#   redeploy.sh GROUP_ID DEPLOYMENT_ID GROUP_NAME APPLICATION_NAME PIDS [UNITS] EXPECT [NOT_AFTER]
#
# PIDS: the diagnosed processes, as pid:startTicks,pid:startTicks (a bare pid is accepted; empty where none was left).
# UNITS: the services that were found down, with commas. NOT_AFTER: the latest start, in epoch seconds of this clock.
# EXPECT says when there is nothing to do: "stale", when none of the diagnosed processes is stale any more, and they or
# others of this deployment run; "missing", when each of the UNITS (without any: this deployment) has a fresh JVM, and
# none that is stale. The SSM document puts one line in front of this text:
#   set -- '<groupId>' '<deploymentId>' '<groupName>' '<applicationName>' '<pids>' '<units>' '<expect>' '<notAfter>'
# The agent's own local deployment does the work: ApplicationStop of what is installed, then BeforeInstall, Install,
# AfterInstall, ApplicationStart and ValidateService of a copy. It does not notice other work on the instance, and its
# exit code 0 proves nothing, so: guards first, proof last.
#
#    0  proved: a fresh JVM of the deployment runs, no diagnosed one is stale; or nothing to do
#   10  precondition missing                        11  cloud-init or a package manager is busy
#   12  a deployment is on its way
#   13  not the revision or the process that was diagnosed, or begun too late, or the most recent installation is not
#       the last successful one, or the revision's archive is incomplete
#   16  the stop hook failed and the diagnosed JVM still runs: nothing else was touched
#   20  the local deployment failed, the application may be down
#   21  deployed, but a JVM is stale or none runs   75  another repair runs, or what one has left behind
# 10 to 13 and 75 touched nothing. Never 168, 169 or 194: SSM calls 168 a success, and reboots for 194.
#
# Every file is read below LAUNCH_GUARD_ROOT (empty on an instance), every command is taken from PATH, so that tests
# never touch the machine that they run on. POSIX sh.
set -u

# JOIN repair-lib.sh

# quote_end_of for a file that may be replaced meanwhile.
quote_end_of_file() {
  [ -f "$1" ] && timeout 10 tail -c 6000 -- "$1" 2>/dev/null 9>&- | quote_end_of
}

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

# Sets units to "name.service name.service …".
read_units() {
  case $1 in *[!A-Za-z0-9:_.@,\\-]* | ,* | *, | *,,*) return 1 ;; esac
  [ "${#1}" -le 4000 ] || return 1
  units=$(printf '%s' "$1" | tr ',' ' ')
  for unit in $units; do
    case $unit in -* | .service) return 1 ;; *.service) ;; *) return 1 ;; esac
  done
}

runs_still() {
  [ "$(start_ticks "${1%%:*}")" = "${1#*:}" ]
}

# Prints the diagnosed processes that are still there and still stale. Stale JVMs of other groups don't count.
still_stale() {
  for item in $diagnosed; do
    runs_still "$item" && is_stale "${item%%:*}" && printf '%s ' "${item%%:*}"
  done
}

# all_run ITEMS: do all of these processes still run?
all_run() {
  for item in $1; do
    runs_still "$item" || return 1
  done
}

# Is it the agent's process? A pid file outlives its process, and the number may be another's by now.
is_agent() {
  is_number "$1" && [ "$1" -gt 1 ] || return 1
  tr '\000' '\n' <"$root/proc/$1/cmdline" 2>/dev/null | head -n 3 | grep -q -e 'codedeploy-agent' || return 1
  ! is_local_deployment "$1"
}

# Sets agent to the process id of the agent's service: systemd knows it, else the agent's own file, else its name.
find_agent() {
  agent=$(systemctl show codedeploy-agent.service -p MainPID 2>/dev/null | sed -n 's/^MainPID=//p')
  { is_number "$agent" && [ "$agent" -gt 1 ] && [ -d "$root/proc/$agent" ]; } && return
  folder=$(agent_setting pid_dir)
  folder=${folder:-/opt/codedeploy-agent/state/.pid}
  agent=$(content "$root${folder%/}/codedeploy-agent.pid" 32 | tr -dc 0-9)
  is_agent "$agent" && return
  for process in $(cd "$root/proc" && grep -l -s -e codedeploy-agent [0-9]*/cmdline); do
    agent=${process%/cmdline}
    case $(tr '\000' ' ' <"$root/proc/$agent/cmdline") in
      'codedeploy-agent: master'* | */codedeploy-agent' '* | */codedeploy-agent) is_agent "$agent" && return ;;
    esac
  done
  return 1
} 2>/dev/null

# Prints "letter soft hard …" for each limit of the agent's service that is not ours already, by bash's letters and units.
agents_limits() {
  awk -v recorded="$root" '
    BEGIN {
      split("cpu time|t|1|file size|f|1024|data size|d|1024|stack size|s|1024|core file size|c|1024|resident set|m|1024|" \
        "processes|u|1|open files|n|1|locked memory|l|1024|address space|v|1024|file locks|x|1|pending signals|i|1|" \
        "msgqueue size|q|1|nice priority|e|1|realtime priority|r|1|realtime timeout|R|1", known, "|")
    }
    function less(a, b) { return a != "unlimited" && (b == "unlimited" || a + 0 < b + 0) }
    function scaled(value, unit) { return value == "unlimited" ? value : sprintf("%.0f", int(value / unit)) }
    FNR == 1 { files++ }
    {
      for (i = 1; i in known; i += 3) {
        name = "Max " known[i] " "
        if (index($0, name) != 1) continue
        split(substr($0, length(name)), value, " ")
        if (files == 1) { soft[i] = value[1]; hard[i] = value[2]; next }
        if (value[1] !~ /^([0-9]+|unlimited)$/ || value[2] !~ /^([0-9]+|unlimited)$/) { bad = 1; exit }
        seen++
        # A recorded root may come from a machine that allows more than this one.
        if (recorded != "" && less(hard[i], value[2])) value[2] = hard[i]
        if (less(value[2], value[1])) value[1] = value[2]
        if (value[1] != soft[i] || value[2] != hard[i])
          printf "%s %s %s ", known[i + 1], scaled(value[1], known[i + 2]), scaled(value[2], known[i + 2])
      }
    }
    END { exit bad || !seen }' /proc/self/limits "$root/proc/$agent/limits" 2>/dev/null
}

# What the agent's service hands on to its hooks, so that a hook does here what it did there. Ruby writes the title of
# the agent's processes over their environment; then the service's definition is read instead.
read_agents_surroundings() {
  find_agent || finish 10 precondition "the CodeDeploy agent does not run: what its hooks are given cannot be known"
  limits=$(agents_limits) || finish 10 precondition "the limits of the CodeDeploy agent (process $agent) cannot be read"
  mask=$(sed -n 's/^Umask:[[:space:]]*//p' "$root/proc/$agent/status" 2>/dev/null)
  case $mask in
    '' | *[!0-7]* | ?????*) finish 10 precondition "the umask of the CodeDeploy agent (process $agent) cannot be read" ;;
  esac
  environment=$root/proc/$agent/environ assigned='' files='' profile=''
  { [ -f "$environment" ] && [ -r "$environment" ]; } ||
    finish 10 precondition "the environment of the CodeDeploy agent (process $agent) cannot be read"
  tr '\000' '\n' <"$environment" 2>/dev/null | grep -q '^[A-Za-z_][A-Za-z0-9_]*=' && return
  case $(tr '\000' ' ' <"$root/proc/$agent/cmdline" 2>/dev/null) in
    'codedeploy-agent: '*) [ -n "$(tr -d '\000' <"$environment" 2>/dev/null)" ] && defined_environment && return ;;
  esac
  finish 10 precondition "the environment of the CodeDeploy agent (process $agent) cannot be read"
}

# Sets assigned (NAME=VALUE, one a line), files and profile: what systemd and the unit's command give to the agent.
defined_environment() {
  environment=''
  settings=$(systemctl show codedeploy-agent.service -p LoadState,Environment,EnvironmentFiles,ExecStart 2>/dev/null)
  case $settings in *LoadState=loaded*) ;; *) return 1 ;; esac
  # What systemd itself hands on to every service: locale, path, DefaultEnvironment.
  given=$(systemctl show-environment 2>/dev/null | grep -E '^[A-Za-z_][A-Za-z0-9_]*=')
  case $given in *'="'* | *"=\$'"*) return 1 ;; esac
  assigned=$(
    printf '%s\n' "$given"
    # systemd shows what holds a blank in quotes, and writes other letters as escapes, which are not read here.
    printf '%s\n' "$settings" | sed -n 's/^Environment=//p' | awk '
      {
        rest = $0
        while (match(rest, /[^ ]/)) {
          rest = substr(rest, RSTART)
          if (substr(rest, 1, 1) == "\"") {
            text = ""
            for (i = 2; i <= length(rest) && (letter = substr(rest, i, 1)) != "\""; i++) {
              if (letter == "\\") letter = substr(rest, ++i, 1)
              text = text letter
            }
            rest = substr(rest, i + 1)
          } else { text = rest; sub(/ .*/, "", text); rest = substr(rest, length(text) + 1) }
          if (text ~ /^\$|[^ -~]/) exit 1
          print text
        }
      }'
  ) || return 1
  files=$(printf '%s\n' "$settings" | sed -n -e 's/ (ignore_errors=.*//' -e 's/^EnvironmentFiles=-\{0,1\}//p')
  case $settings in *ExecStart=*/etc/profile*) profile=$root/etc/profile ;; esac
}

require_preconditions() {
  require_tools flock awk sed stat readlink timeout env tr grep head tail
  command -v systemd-run >/dev/null 2>&1 || require_tools setsid
  [ -x /bin/bash ] || finish 10 precondition "/bin/bash is missing: the agent starts with it"
  { [ -f "$root/etc/codedeploy-agent/conf/codedeployagent.yml" ] && [ -r "$root/etc/codedeploy-agent/conf/codedeployagent.yml" ]; } ||
    finish 10 precondition "no CodeDeploy agent configuration"
  read_deployments_folder
  [ -d "$root$deployments/$group_id" ] || finish 10 precondition "no folder of deployment group $group_id in $deployments"
  find_agent_program || finish 10 precondition "no codedeploy-local"
  # The local deployment would run as root what the agent runs as another user.
  agent_user=$(systemctl show codedeploy-agent.service -p User 2>/dev/null | sed -n 's/^User=//p')
  [ -n "$agent_user" ] || agent_user=$(content "$root/etc/init.d/codedeploy-agent" |
    sed -n "s/^[[:space:]]*CODEDEPLOY_USER=[\"']\{0,1\}\([^\"']*\).*/\1/p" | tail -n 1)
  case $agent_user in '' | root) ;; *) finish 10 precondition "the CodeDeploy agent runs as $agent_user" ;; esac
  read_agents_surroundings
  [ "$(as_the_agent printf ready 2>/dev/null)" = ready ] ||
    finish 10 precondition "the limits, umask or environment of the CodeDeploy agent cannot be set"
}

# The services that the diagnosed JVMs run in: a fresh JVM in one of them is this deployment's.
note_services() {
  services=' '
  for item in $diagnosed; do
    runs_still "$item" || continue
    group=$(control_group "${item%%:*}")
    case ${group##*/} in
      codedeploy-agent* | amazon-ssm-agent* | snap.amazon-ssm-agent*) ;;
      *[[:space:]]*) ;;
      *.service) services="$services$group " ;;
    esac
  done
}

# is_in_unit PID UNIT: a service of the host's own, not of a user's or of a container's systemd.
is_in_unit() {
  case $(control_group "$1")/ in
    *user@* | */user.slice/* | */machine.slice/* | *kubepods* | */docker* | */lxc* | */ecs/* | */libpod*) return 1 ;;
    */"$2"/*) ;;
    *) return 1 ;;
  esac
}

# What the group has installed: the files and folders that its own clean-up would remove, and the destinations of its
# files; shared folders (/etc, /usr/bin, /opt itself) would fit every process.
group_files() {
  content "$root$deployments/deployment-instructions/$group_id-cleanup" 2097152
  echo
  appspec_entries destination "$appspec" | sed 's,/*$,,' | grep '^/[^/]*/' |
    grep -v -e '^/etc/' -e '^/usr/[^/]*$' -e '^/usr/s\{0,1\}bin/' -e '^/usr/lib' -e '^/usr/local/[^/]*$' \
      -e '^/tmp/' -e '^/var/[^/]*$' -e '^/run/'
}

# Where a process comes from: command line, working folder, executable, open jars, and what its service's definition
# names.
traces() {
  # shellcheck disable=SC2020 # several separators become line ends
  tr '\000:=' '\n\n\n' <"$root/proc/$1/cmdline"
  readlink "$root/proc/$1/cwd"
  executable "$1"
  # shellcheck disable=SC2012 # the links' targets are wanted
  ls -l "$root/proc/$1/fd/" | sed -n 's/.* -> \(\/.*\.jar\)$/\1/p'
  group=$(control_group "$1")
  case ${group##*/} in
    -* | *[!A-Za-z0-9:_.@\\-]* | codedeploy-agent* | amazon-ssm-agent* | snap.amazon-ssm-agent*) ;;
    *.service)
      # shellcheck disable=SC2020
      systemctl show "${group##*/}" -p FragmentPath,ExecStart,WorkingDirectory,EnvironmentFiles | tr ' =;{}"' '\n\n\n\n\n\n' ;;
  esac
} 2>/dev/null

# Does this JVM belong to the deployment group? By the group id that hooks have in their environment and hand on to what
# they start; by its service; by the scope that this script runs the hooks in; or by the group's files.
is_ours() {
  case $(tr '\000' '\n' <"$root/proc/$1/environ" 2>/dev/null | sed -n 's/^DEPLOYMENT_GROUP_ID=//p' | head -n 1) in
    '') ;;
    "$group_id") return 0 ;;
    *) return 1 ;;
  esac
  group=$(control_group "$1")
  case $services in *" $group "*) return 0 ;; esac
  case $group in */"$scope".scope) return 0 ;; esac
  for unit in $units; do
    is_in_unit "$1" "$unit" && return
  done
  { group_files; echo ---; traces "$1"; } | awk '
    $0 == "---" { tracing = 1; next }
    !/^\// { next }
    !tracing { ours[$0] = 1; next }
    { for (path = $0; path != ""; sub(/\/[^\/]*$/, "", path)) if (path in ours) { found = 1; exit } }
    END { exit !found }'
}

# look_at_ours SINCE: sets fresh to the JVMs of this deployment that are not stale and started at or after these ticks,
# running to all that are not stale, and old to those that are, as pid:ticks.
look_at_ours() {
  fresh='' running='' old=''
  for process in "$root"/proc/[0-9]*; do
    candidate=${process##*/}
    started=$(start_ticks "$candidate")
    is_number "$started" || continue
    # Where no unit is waited for, what is older matters only at the first look.
    [ -n "$units" ] || [ "$started" -ge "$1" ] || continue
    { is_jvm "$candidate" && is_ours "$candidate"; } || continue
    if is_stale "$candidate"; then
      old="$old $candidate:$started"
    else
      running="$running $candidate"
      [ "$started" -lt "$1" ] || fresh="$fresh $candidate"
    fi
  done
}

# Sets down to the units that have no JVM which is not stale, of those that look_at_ours has just seen.
look_at_units() {
  down=''
  for unit in $units; do
    for candidate in $running; do
      is_in_unit "$candidate" "$unit" && continue 2
    done
    down="$down $unit"
  done
}

incomplete() {
  finish 13 not-diagnosed "the archive of $deployment_id is incomplete: $1"
}

# The clean-up and ApplicationStop run before anything is copied: with one file missing the application would end
# stopped and half removed. Hooks may have moved files away after the first installation.
require_complete_archive() {
  { [ -s "$appspec" ] && [ -r "$appspec" ]; } || incomplete "no appspec.yml"
  entries=$(appspec_entries source "$appspec" && appspec_entries location "$appspec")
  listed=$(content "$appspec" | grep -c -e '^[^#]*source["'\'']\{0,1\}[[:space:]]*:' -e '^[^#]*location["'\'']\{0,1\}[[:space:]]*:')
  { [ -n "$entries" ] && [ "$(printf '%s\n' "$entries" | grep -c .)" -ge "$listed" ]; } || incomplete "its appspec.yml cannot be read"
  missing=$(printf '%s\n' "$entries" | while IFS= read -r entry; do
    is_there "$root$archive/$entry" || { echo "$entry" && break; }
  done)
  [ -z "$missing" ] || incomplete "$missing"
  # The agent reads and writes these two.
  for file in "$root$deployments/deployment-instructions/$group_id-install.json" "$root$deployments/deployment-instructions/$group_id-cleanup"; do
    [ -f "$file" ] || [ ! -e "$file" ] || incomplete "${file##*/} is no file"
  done
  # A folder that is listed may have lost files: what the installation copied one by one stands here.
  missing=$(content "$root$deployments/deployment-instructions/$group_id-install.json" 8388608 |
    grep -o '"source":"[^"\\]*"' | sed -e 's/^"source":"//' -e 's/"$//' | while IFS= read -r file; do
    case $file in "$archive"/*) is_there "$root$file" || { echo "$file" && break; } ;; esac
  done)
  [ -z "$missing" ] || incomplete "$missing"
}

# A FIFO or device in the place of a file would hold the local deployment up when the application is stopped already.
is_there() {
  [ -f "$1" ] || [ -d "$1" ] || [ -L "$1" ]
}

# One line of a file of the agent's, which writes them without line end.
installed() {
  line=$(content "$root$deployments/deployment-instructions/${group_id}_$1_install" 4096 | head -n 1)
  printf '%s\n' "${line%/}"
}

require_diagnosed_revision() {
  last=$(installed last_successful) recent=$(installed most_recent)
  [ -n "$last" ] || finish 13 not-diagnosed "no successful installation of group $group_id is recorded"
  [ "$last" = "$recent" ] ||
    finish 13 not-diagnosed "the most recent installation ${recent##*/} is not the last successful one ${last##*/}"
  [ "$last" = "$deployments/$group_id/$deployment_id" ] || finish 13 not-diagnosed "installed is ${last##*/}, not $deployment_id"
}

# Run by bash with: limits as letter, soft, hard; "--"; umask; the file of the agent's environment, or else what defines
# it (assignments, files, profile, each one a line); the command. It fails before the command with 98. The variables are
# exported, not given to env: every user can read a command line. Variables about a command of SSM or the invocation of
# a service are left out: they don't apply here.
# shellcheck disable=SC2016,SC1003 # bash expands it, and the quotes are meant for it
launcher='
launch_guard_refuse() { printf "launch-guard refused: %s\n" "$1" >&2; exit 98; }
launch_guard_take() {
  case ${1%%=*} in
    "$1" | "" | [!A-Za-z_]* | launch_guard_*) ;;
    SSM_* | AWS_SSM_* | INVOCATION_ID | JOURNAL_STREAM | SYSTEMD_EXEC_PID | NOTIFY_SOCKET | WATCHDOG_* | LISTEN_*) ;;
    BASH* | SHELLOPTS | POSIXLY_CORRECT | UID | EUID | PPID | IFS | *[!A-Za-z0-9_]*) launch_guard_others+=("$1") ;;
    *) export "$1"; launch_guard_taken="$launch_guard_taken ${1%%=*} " ;;
  esac
}
launch_guard_take_file() {
  while IFS= read -r launch_guard_line || [ -n "$launch_guard_line" ]; do
    while [ "${launch_guard_line%\\}" != "$launch_guard_line" ] && IFS= read -r launch_guard_more; do launch_guard_line=${launch_guard_line%\\}$launch_guard_more; done
    launch_guard_line=${launch_guard_line#"${launch_guard_line%%[![:space:]]*}"}
    launch_guard_line=${launch_guard_line%"${launch_guard_line##*[![:space:]]}"}
    case $launch_guard_line in [#\;]* | "") continue ;; *=*) ;; *) continue ;; esac
    launch_guard_name=${launch_guard_line%%=*} launch_guard_value=${launch_guard_line#*=}
    launch_guard_name=${launch_guard_name%"${launch_guard_name##*[![:space:]]}"}
    launch_guard_value=${launch_guard_value#"${launch_guard_value%%[![:space:]]*}"}
    case $launch_guard_value in
      \"*\")
        launch_guard_value=${launch_guard_value#\"}
        launch_guard_value=${launch_guard_value%\"}
        launch_guard_value=${launch_guard_value//\\\"/\"}
        launch_guard_value=${launch_guard_value//\\\\/\\} ;;
      \'"'"'*\'"'"')
        launch_guard_value=${launch_guard_value#\'"'"'}
        launch_guard_value=${launch_guard_value%\'"'"'} ;;
    esac
    launch_guard_take "$launch_guard_name=$launch_guard_value"
  done
}
while [ "$1" != -- ]; do
  ulimit -S "-$1" "$2" 2>/dev/null
  { ulimit -H "-$1" "$3" && ulimit -S "-$1" "$2"; } 2>/dev/null || launch_guard_refuse "limit $1 $2 $3"
  shift 3
done
launch_guard_others=() launch_guard_taken=" "
launch_guard_mask=$2 launch_guard_environment=$3 launch_guard_assigned=$4 launch_guard_files=$5 launch_guard_profile=$6
shift 6
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
if [ -n "$launch_guard_environment" ]; then
  { while IFS= read -r -d "" launch_guard_entry || [ -n "$launch_guard_entry" ]; do launch_guard_take "$launch_guard_entry"; done \
    <"$launch_guard_environment"; } 2>/dev/null
  [ "$launch_guard_taken" != " " ] || launch_guard_refuse "no environment"
else
  while IFS= read -r launch_guard_entry; do launch_guard_take "$launch_guard_entry"; done <<<"$launch_guard_assigned"
  while IFS= read -r launch_guard_file; do
    case $launch_guard_file in
      /*) launch_guard_take_file < <(timeout 10 head -c 65536 -- "$LAUNCH_GUARD_ROOT$launch_guard_file" 2>/dev/null) ;;
    esac
  done <<<"$launch_guard_files"
  if [ -f "$launch_guard_profile" ]; then
    launch_guard_command=("$@")
    set -a --; . "$launch_guard_profile" >/dev/null 2>&1; set +a
    set -- "${launch_guard_command[@]}"
  fi
  launch_guard_taken="$launch_guard_taken $(compgen -e | tr "\n" " ")"
  for launch_guard_name in PWD OLDPWD SHLVL; do launch_guard_taken=${launch_guard_taken// $launch_guard_name / }; done
fi
for launch_guard_name in PWD OLDPWD SHLVL; do
  case $launch_guard_taken in *" $launch_guard_name "*) ;; *) export -n "$launch_guard_name" ;; esac
done
[ -n "$LAUNCH_GUARD_ROOT" ] || unset LAUNCH_GUARD_ROOT
umask "$launch_guard_mask" || launch_guard_refuse "umask"
if [ "${#launch_guard_others[@]}" -gt 0 ]; then set -- /usr/bin/env "${launch_guard_others[@]}" "$@"; fi
exec "$@"
'

# as_the_agent COMMAND…: with the limits, the umask and the environment of the agent's service.
as_the_agent() {
  # shellcheck disable=SC2086 # letters and numbers, split on purpose
  in_clean_environment /bin/bash -c "$launcher" /bin/bash $limits -- "$mask" "$environment" "$assigned" "$files" "$profile" "$@"
}

# In a scope of its own: what a hook starts with nohup would else live in the SSM agent's control group and may die
# with its next restart. A service of systemd-run's would kill it at its end. A scope's name stays taken for as long
# as such an application lives, so it carries our pid and the time. File names that exist are overwritten: with
# DISALLOW one foreign file ends the run when the application has been stopped and removed already.
deploy_locally() (
  cd / || exit 98
  scoped=$(command -v systemd-run 2>/dev/null)
  if [ -n "$scoped" ]; then
    set -- "$scoped" --scope --unit="$scope" "$@"
  else
    set -- setsid "$@"
  fi
  as_the_agent "$@" </dev/null >>"$output" 2>&1 9>&-
)

local_deployments() {
  for folder in "$root$deployments/$group_id"/*; do
    printf '%s ' "${folder##*/}"
  done
}

# Sets new_deployment to the folder that was not there before. Agent 2 names them by its process id, which can
# repeat; then its own output shows which.
find_new_deployment() {
  new_deployment=''
  for folder in $(local_deployments); do
    case " $before " in *" $folder "*) ;; *) is_id "$folder" && new_deployment=$folder ;; esac
  done
  [ -n "$new_deployment" ] || new_deployment=$(tail -c 6000 "$output" | tr -c 'A-Za-z0-9/._-' '\n' |
    sed -n "s,.*/$group_id/\([A-Za-z0-9-]*\).*,\1,p" | grep -e '-local$' -e '^local-[0-9]*$' | tail -n 1)
}

# Of the files that the group's next clean-up would remove: those that exist.
installed_files() {
  content "$root$deployments/deployment-instructions/$group_id-cleanup" 2097152 | while IFS= read -r file; do
    case $file in /*) [ ! -e "$root$file" ] || printf '%s\n' "$file" ;; esac
  done
}

# Did nothing but a stop hook run? It is the first, before anything is downloaded, removed or copied. Its script lies in
# the archive of before; only hooks that have a script are logged.
failed_in_stop_hook() {
  [ "$(installed last_successful)" = "$last" ] && [ "$(installed_files)" = "$there_before" ] || return 1
  case $(sed -n 's/.*your script at \([^ ]*\).*/\1/p' "$output" | tail -n 1) in
    "$root$archive"/* | "$archive"/*) return 0 ;;
  esac
  case $(content "$root$deployments/$group_id/${new_deployment:-none}/logs/scripts.log" 8388608 |
    sed -n 's/^.*LifecycleEvent - \([A-Za-z]*\)[^A-Za-z]*$/\1/p' | tail -n 1) in
    BeforeBlockTraffic | AfterBlockTraffic | ApplicationStop) ;;
    *) return 1 ;;
  esac
}

redeploy() {
  before=$(local_deployments) there_before=$(installed_files)
  running_before=''
  for item in $diagnosed; do
    runs_still "$item" && running_before="$running_before $item"
  done
  output=$run/launch-guard.out
  (umask 077 && rm -f "$output" && set -C && : >"$output") 2>/dev/null || finish 10 precondition "nothing can be written in $run"
  say "redeploying $deployment_id of group $group_id; stale now: ${stale:-none}"
  since=$(uptime_ticks)
  deploy_locally "$program" ${subcommand:+"$subcommand"} \
    -t directory -l "$root$archive" -g "$group_id" -d "$group_name" -a "$application_name" -b OVERWRITE
  code=$?
  quote_end_of <"$output"
  find_new_deployment
  say "local deployment: ${new_deployment:-none}"
  [ "$code" -ne 0 ] || { rm -f "$output" && return; }
  quote_end_of_file "$root$deployments/$group_id/${new_deployment:-none}/logs/scripts.log"
  refused=''
  ! grep -q '^launch-guard refused: ' "$output" || [ "$code" -ne 98 ] ||
    refused="the limits, umask or environment of the CodeDeploy agent cannot be set"
  stop_failed=''
  [ -z "$running_before" ] || ! all_run "$running_before" || ! failed_in_stop_hook || stop_failed=1
  # A fault of its arguments or of the revision, which agent 2 finds before the first hook.
  [ "$generation" = 1 ] || [ "$code" -ne 2 ] || [ "$(installed most_recent)" != "$recent" ] ||
    [ "$(installed_files)" != "$there_before" ] || ! all_run "$running_before" || refused="the agent refused the local deployment"
  rm -f "$output"
  [ -z "$stop_failed" ] ||
    finish 16 stop-failed "the stop hook failed and the diagnosed JVM still runs: nothing else was touched"
  [ -z "$refused" ] || finish 10 precondition "$refused"
  finish 20 failed "the local deployment ended with $code: the application may be down"
}

# Exit code 0 proves nothing: a hook's start may do nothing, or start what dies at once. Up to 20 seconds for a fresh
# JVM, and 5 seconds later one of those must still run. A unit that came back by itself meanwhile needs no fresh one.
prove() {
  waited=0
  until
    stale=$(still_stale)
    look_at_ours "$since"
    look_at_units
    [ -z "$stale" ] && [ -n "$fresh" ] && [ -z "$down" ]
  do
    [ "$waited" -lt 20 ] ||
      finish 21 unproved "deployed, but stale: ${stale:-none}, fresh: ${fresh:-none}${down:+, without a fresh JVM:$down}"
    waited=$((waited + 1))
    sleep 1
  done
  seen=$fresh
  sleep 5
  look_at_ours "$since"
  look_at_units
  [ -z "$down" ] || finish 21 unproved "deployed, but the fresh JVM of$down did not last"
  for candidate in $seen; do
    case "$fresh " in *" $candidate "*) finish 0 proved "process $candidate runs on the JDK that is installed" ;; esac
  done
  finish 21 unproved "deployed, but the fresh JVM$seen did not last"
}

# Ends with 0 where there is nothing to do, and with 13 where what was diagnosed is gone and nothing of this deployment
# runs in its place. Before the revision is looked at: after a first repair the installed one has a local id, and asking
# again for the same repair must find nothing to do.
leave_what_is_well() {
  stale=$(still_stale)
  [ "$expect" = missing ] || [ -z "$stale" ] || return 0
  look_at_ours 0
  look_at_units
  if [ "$expect" = stale ]; then
    [ -z "$old" ] || finish 13 not-diagnosed "other processes of this deployment are stale than those that were diagnosed:$old"
    all_run "$diagnosed" && finish 0 nothing-to-do "no diagnosed process is stale any more: nothing to do"
    [ -z "$running" ] || finish 0 nothing-to-do "no diagnosed process is stale any more, process$running is fresh: nothing to do"
    finish 13 not-diagnosed "the diagnosed process is gone, and this deployment has no JVM"
  fi
  # What is stale has to go, too.
  for item in $old; do
    case " $diagnosed " in *" $item "*) ;; *) diagnosed="$diagnosed $item" ;; esac
  done
  stale=$(still_stale)
  [ -n "$stale" ] || [ -n "$down" ] || [ -z "$running" ] || finish 0 nothing-to-do "process$running is fresh: nothing to do"
}

main() {
  # By hand, without units and latest start; and with expect before units.
  [ $# -ne 6 ] || set -- "$1" "$2" "$3" "$4" "$5" '' "$6" ''
  [ $# -ne 7 ] || set -- "$@" ''
  [ $# -eq 8 ] ||
    finish 10 precondition "wanted: group id, deployment id, group name, application name, pids, units, expect, latest start"
  case $6 in stale | missing) set -- "$1" "$2" "$3" "$4" "$5" "$7" "$6" "$8" ;; esac
  group_id=$1 deployment_id=$2 group_name=$3 application_name=$4 expect=$7 not_after=$8
  { is_id "$group_id" && is_id "$deployment_id"; } || finish 10 precondition "no group or deployment id: $1, $2"
  { is_name "$group_name" && is_name "$application_name"; } || finish 10 precondition "no group or application name: $3, $4"
  read_diagnosed "$5" || finish 10 precondition "no list of pid:startTicks: $5"
  read_units "$6" || finish 10 precondition "no list of services: $6"
  case $expect in
    stale) [ -n "$diagnosed" ] || finish 10 precondition "a stale process must be named" ;;
    missing) ;;
    *) finish 10 precondition "neither stale nor missing is expected: $7" ;;
  esac
  [ -z "$not_after" ] || is_number "$not_after" || finish 10 precondition "no time in epoch seconds: $8"
  require_tools flock awk sed stat readlink timeout env tr grep head tail
  take_lock
  require_in_time
  require_preconditions
  archive=$deployments/$group_id/$deployment_id/deployment-archive
  appspec=$root$archive/appspec.yml
  [ -f "$appspec" ] || appspec=$root$archive/appspec.yaml
  scope=launch-guard-$$-$(uptime_ticks)
  busy=$(busy_with) && finish 11 busy "$busy is busy: ask again later"
  unfinished=$(unfinished_repair) && finish 75 repair-running "an earlier repair is not over: $unfinished"
  note_services
  leave_what_is_well
  coming=$(deployment_on_its_way) && finish 12 deploying "deployment $coming is on its way"
  require_diagnosed_revision
  require_complete_archive
  # The checks above took seconds.
  require_in_time
  busy=$(busy_with) && finish 11 busy "$busy is busy: ask again later"
  redeploy
  prove
}

main "$@"
