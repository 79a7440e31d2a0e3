# shellcheck shell=sh
# Read by the stand-ins: what happens to the processes, units and clock of an instance that is only files below
# LAUNCH_GUARD_ROOT. What the stand-ins keep for themselves lies in its folder stand-in/ (see README.md there).
: "${LAUNCH_GUARD_ROOT:?stand-ins work on a recorded root only}"
root=${LAUNCH_GUARD_ROOT%/}
notes=$root/stand-in
[ -d "$notes/units" ] || mkdir -p "$notes/units"

# outcome NAME: how the next local deployment (outcome) or restart (restart-outcome) goes.
outcome() {
  kept=
  [ ! -r "$notes/$1" ] || IFS= read -r kept <"$notes/$1" || :
  printf '%s\n' "${STANDIN_OUTCOME:-${kept:-success}}"
}

called() {
  printf '%s\n' "$*" >>"$notes/calls"
}

# The clock is asked so often that it starts no process.
uptime_hundredths() {
  read -r up idle <"$root/proc/uptime"
  case $up in *.*) part=${up#*.}00 ;; *) part=00 ;; esac
  hundredths=${up%%.*}${part%"${part#??}"}
  while :; do case $hundredths in 0?*) hundredths=${hundredths#0} ;; *) break ;; esac done
}

# parts HUNDREDTHS: with a decimal point.
parts() {
  part=$(($1 % 100))
  [ "$part" -gt 9 ] || part=0$part
  printf '%s.%s' $(($1 / 100)) "$part"
}

uptime_ticks() {
  uptime_hundredths
  echo "$hundredths"
}

now() {
  uptime_hundredths
  boot=0
  while read -r key value; do
    [ "$key" != btime ] || { boot=$value && break; }
  done <"$root/proc/stat"
  parts $((boot * 100 + hundredths))
  echo
}

# stamp FILE…: the files were written just now, by the instance's clock.
stamp() {
  touch -h -d "@$(now)" "$@"
}

# advance SECONDS
advance() {
  uptime_hundredths
  case $1 in *.*) part=${1#*.}00 ;; *) part=00 ;; esac
  by=${1%%.*}${part%"${part#??}"}
  while :; do case $by in 0?*) by=${by#0} ;; *) break ;; esac done
  later=$(parts $((hundredths + by)))
  printf '%s %s\n' "$later" "$idle" >"$root/proc/uptime"
}

executable() {
  readlink "$root/proc/$1/exe" || head -n 1 "$root/proc/$1/exe"
}

# The JVM of the application: the one that the stand-ins started, else the first that runs any java.
application_jvm() {
  for process in "$root"/proc/[0-9]*; do
    [ -d "$process" ] || continue
    case $(executable "${process##*/}" 2>/dev/null) in */java | */java' (deleted)') echo "${process##*/}" && return ;; esac
  done
  return 1
}

# What a start would run: /usr/bin/java leads to the JDK that is installed; where upgrades replace the JDK in place
# (Corretto), that is the path of before.
installed_java() {
  [ ! -r "$notes/java" ] || { cat "$notes/java" && return; }
  before=$(sed -n 's/ (deleted)$//p' "$notes/last-executable" 2>/dev/null)
  case $before in
    '' | */java-*-openjdk-*) awk '/^\$ readlink -e \/usr\/bin\/java/ { getline; print; exit }' "$root"/probe-views/done.txt ;;
    *) echo "$before" ;;
  esac
}

# Ends the application's JVM, and keeps what a new one needs to resemble it.
stop_application() {
  old=$(application_jvm) || return 0
  rm -rf "$notes/last"
  cp -a "$root/proc/$old" "$notes/last"
  executable "$old" >"$notes/last-executable"
  rm -rf "$root/proc/$old"
}

# start_application CONTROL_GROUP (empty: the one of before): a fresh JVM, started now. Sets started.
start_application() {
  java=$(installed_java)
  started=900
  while [ -e "$root/proc/$started" ]; do started=$((started + 1)); done
  process=$root/proc/$started
  mkdir "$process"
  if [ -d "$notes/last" ]; then
    cp -a "$notes/last/." "$process/"
    rm -f "$process/exe" "$process/comm"
  else
    printf '/usr/bin/java\000-cp\000/opt/rest-api/app.jar\000Victim\000' >"$process/cmdline"
    printf 'LANG=C.UTF-8\000' >"$process/environ"
    echo 0::/system.slice/rest-api.service >"$process/cgroup"
  fi
  [ -z "$1" ] || echo "0::$1" >"$process/cgroup"
  ln -s "$java" "$process/exe"
  echo java >"$process/comm"
  echo "$started (java) S 1 $started $started 0 -1 4194304 6887 48 0 0 31 9 0 0 20 0 13 0 $(uptime_ticks) 2350731264 10823" >"$process/stat"
  home=${java%/bin/java}
  case $home in */jre) arch=/amd64 image=rt.jar ;; *) arch='' image=modules ;; esac
  for mapped in "$java" "$home/lib$arch/server/libjvm.so" "$home/lib/$image"; do
    echo "7f0000000000-7f0000001000 r-xp 00000000 fe:00 4711                       $mapped"
  done >"$process/maps"
  stamp "$process"
}

# unit NAME KEY=VALUE…: what systemctl says of it from now on.
unit() {
  name=$1
  shift
  touch "$notes/units/$name"
  for setting in "$@"; do
    rest=
    while IFS= read -r line; do
      case $line in "${setting%%=*}="*) ;; *) rest="$rest$line
" ;; esac
    done <"$notes/units/$name"
    printf '%s%s\n' "$rest" "$setting" >"$notes/units/$name"
  done
}

unit_of() {
  group=$(sed -n 's/^0:://p' "$1/cgroup" 2>/dev/null)
  case $group in *.service) printf '%s\n' "${group##*/}" ;; *) return 1 ;; esac
}

runs() { # UNIT PID
  unit "$1" LoadState=loaded ActiveState=active SubState=running Result=success NRestarts=0 ExecMainStatus=0 ExecMainCode=0 \
    "MainPID=$2" "ExecMainPID=$2" "ExecMainStartTimestampMonotonic=$(uptime_ticks)0000"
}

is_down() { # UNIT RESULT
  unit "$1" LoadState=loaded ActiveState=failed SubState=failed "Result=$2" MainPID=0 ExecMainCode=1 ExecMainStatus=203
}

# later SECONDS appears|vanishes PID: the stand-in sleep carries it out. What is to appear waits outside proc.
later() {
  if [ "$2" = appears ]; then
    mkdir -p "$notes/waiting"
    mv "$root/proc/$3" "$notes/waiting/$3"
  fi
  echo "$(($(uptime_ticks) + $1 * 100)) $2 $3" >>"$notes/later"
}

carry_out_what_is_due() {
  [ -r "$notes/later" ] || return 0
  ticks=$(uptime_ticks)
  while read -r due what pid; do
    [ "$due" -le "$ticks" ] || continue
    if [ "$what" = vanishes ]; then
      rm -rf "${root:?}/proc/$pid"
    elif [ -d "$notes/waiting/$pid" ]; then
      sed "s/^\\(.*) S \\([0-9-]* \\)\\{18\\}\\)[0-9]*/\\1$due/" "$notes/waiting/$pid/stat" >"$notes/stat"
      cat "$notes/stat" >"$notes/waiting/$pid/stat"
      rm "$notes/stat"
      mv "$notes/waiting/$pid" "$root/proc/$pid"
    fi
  done <"$notes/later"
}
