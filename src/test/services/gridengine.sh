#!/bin/bash
# A real Grid Engine on this one machine, without systemd: eight slots in the queue all.q, and the
# parallel environments smp and mpi. Needs root and
#   apt-get install -y --no-install-recommends gridengine-master gridengine-exec gridengine-client
#
# gridengine.sh start DIR   then: . DIR/settings.sh
# gridengine.sh stop DIR
#
# Nothing outside of DIR is written: it is an SGE_ROOT of its own, whose programs are the installed
# ones. Any account may submit, root too. Environment, with defaults:
#   SGE_QMASTER_PORT=26444  SGE_EXECD_PORT=26445
#   READY_SECONDS=60
set -euo pipefail

usage() {
  echo "usage: $0 start|stop DIR" >&2
  exit 2
}
[ $# -eq 2 ] || usage
action=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)

ready_seconds=${READY_SECONDS:-60}
installed=/usr/lib/gridengine
share=/usr/share/gridengine
export SGE_ROOT=$dir/root
export SGE_CELL=default
export SGE_QMASTER_PORT=${SGE_QMASTER_PORT:-26444}
export SGE_EXECD_PORT=${SGE_EXECD_PORT:-26445}
common=$SGE_ROOT/$SGE_CELL/common
log=$dir/log

fail() {
  echo "$0: $1" >&2
  tail -n 5 "$log"/*.log "$dir"/spool/*/messages "$dir"/spool/*/*/messages >&2 2>/dev/null || true
  exit 1
}

# The execution daemon names its folder by its own idea of the host's name.
pid_of() { # NAME
  cat "$dir/spool/$1/$1.pid" "$dir/spool/$1"/*/"$1.pid" 2>/dev/null | head -n 1 || true
}

# A pid may have been given to somebody else: the environment tells.
alive() { # NAME
  local pid
  pid=$(pid_of "$1") && [ -n "$pid" ] \
    && tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | grep -xF "SGE_ROOT=$SGE_ROOT" >/dev/null
}

begin() { # NAME
  alive "$1" || "$installed/sge_$1" </dev/null >>"$log/$1.log" 2>&1 || true
}

end() { # NAME
  alive "$1" || return 0
  kill "$(pid_of "$1")" 2>/dev/null || true
  for _ in $(seq 150); do
    alive "$1" || return 0
    sleep 0.1
  done
  kill -KILL "$(pid_of "$1")" 2>/dev/null || true
}

until_ready() { # WHAT COMMAND...
  local what=$1 limit=$((SECONDS + ready_seconds))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $limit ] || fail "$what is not ready after $ready_seconds s"
    sleep 0.2
  done
}

# A state behind the load and the architecture means that the node is not there, or not well.
queue_is_up() { qstat -f -q all.q | grep '^all\.q@' | awk 'NF != 5 || $4 == "-NA-" { exit 1 }'; }

create_cell() {
  local host arch
  host=$(hostname)
  arch=$("$share/util/arch")
  mkdir -p "$common" "$SGE_ROOT/bin" "$SGE_ROOT/lib" "$SGE_ROOT/utilbin" \
    "$dir/spool/qmaster" "$dir/spool/execd"
  ln -sfn "$installed" "$SGE_ROOT/bin/$arch"
  ln -sfn "$installed" "$SGE_ROOT/lib/$arch"
  ln -sfn "$installed" "$SGE_ROOT/utilbin/$arch"
  ln -sfn "$share/util" "$SGE_ROOT/util"
  cat >"$common/bootstrap" <<EOF
admin_user              sgeadmin
default_domain          none
ignore_fqdn             false
spooling_method         berkeleydb
spooling_lib            libspoolb
spooling_params         $dir/spool/db
binary_path             $SGE_ROOT/bin
qmaster_spool_dir       $dir/spool/qmaster
security_mode           none
listener_threads        2
worker_threads          2
scheduler_threads       1
EOF
  echo "$host" >"$common/act_qmaster"
  # 127.0.0.1 is resolved to localhost, and a host may have only one name.
  echo "$host localhost" >"$common/host_aliases"
  touch "$common/accounting"
  # Jobs are seen at once, and root's are not refused.
  sed -E -e "s|^(execd_spool_dir).*|\1 $dir/spool/execd|" \
    -e 's/^(min_uid|min_gid).*/\1 0/' \
    -e 's/^(load_report_time).*/\1 00:00:02/' \
    -e 's/^(finished_jobs).*/\1 1000/' \
    -e 's/^(reporting_params).*/\1 accounting=true reporting=false flush_time=00:00:01 accounting_flush_time=00:00:00 joblog=false sharelog=00:00:00/' \
    "$share/default-configuration" >"$dir/configuration"
  mkdir -p "$dir/spool/db"
  chown -R sgeadmin: "$SGE_ROOT" "$dir/spool"
  {
    "$installed/spoolinit" berkeleydb libspoolb "$dir/spool/db" init
    "$installed/spooldefaults" configuration "$dir/configuration"
    "$installed/spooldefaults" complexes "$share/util/resources/centry"
    "$installed/spooldefaults" usersets "$share/util/resources/usersets"
    "$installed/spooldefaults" managers root sgeadmin
  } >"$log/create.log" 2>&1 || fail "the cell could not be created"
  chown -R sgeadmin: "$dir/spool"
  cat >"$dir/settings.sh" <<EOF
export SGE_ROOT=$SGE_ROOT SGE_CELL=$SGE_CELL
export SGE_QMASTER_PORT=$SGE_QMASTER_PORT SGE_EXECD_PORT=$SGE_EXECD_PORT
EOF
  touch "$dir/created"
}

parallel_environment() { # NAME RULE
  cat <<EOF
pe_name            $1
slots              999
user_lists         NONE
xuser_lists        NONE
start_proc_args    NONE
stop_proc_args     NONE
allocation_rule    $2
control_slaves     FALSE
job_is_first_task  TRUE
urgency_slots      min
accounting_summary TRUE
qsort_args         NONE
EOF
}

# What a queue may leave out is nothing, so all limits are named.
queue() {
  local limit
  cat <<'EOF'
qname              all.q
hostlist           @allhosts
seq_no             0
load_thresholds    NONE
suspend_thresholds NONE
nsuspend           1
suspend_interval   00:05:00
priority           0
min_cpu_interval   00:05:00
processors         UNDEFINED
qtype              BATCH INTERACTIVE
ckpt_list          NONE
pe_list            smp mpi
rerun              FALSE
slots              8
tmpdir             /tmp
shell              /bin/sh
prolog             NONE
epilog             NONE
shell_start_mode   unix_behavior
starter_method     NONE
suspend_method     NONE
resume_method      NONE
terminate_method   NONE
notify             00:00:05
owner_list         NONE
user_lists         NONE
xuser_lists        NONE
subordinate_list   NONE
complex_values     NONE
projects           NONE
xprojects          NONE
calendar           NONE
initial_state      default
EOF
  for limit in rt cpu fsize data stack core rss vmem; do
    printf 's_%s INFINITY\nh_%s INFINITY\n' "$limit" "$limit"
  done
}

# Each of these fails when it is there already: a start may have been cut short.
configure() {
  local host
  host=$(hostname)
  qconf -ah "$host" || true
  qconf -as "$host" || true
  printf '%s\n' "hostname $host" 'load_scaling NONE' 'complex_values NONE' 'user_lists NONE' \
    'xuser_lists NONE' 'projects NONE' 'xprojects NONE' 'usage_scaling NONE' \
    'report_variables NONE' >"$dir/host"
  qconf -Ae "$dir/host" || true
  printf '%s\n' 'group_name @allhosts' "hostlist $host" >"$dir/hostgroup"
  qconf -Ahgrp "$dir/hostgroup" || true
  parallel_environment smp '$pe_slots' >"$dir/pe"
  qconf -Ap "$dir/pe" || true
  parallel_environment mpi '$fill_up' >"$dir/pe"
  qconf -Ap "$dir/pe" || true
  queue >"$dir/queue"
  qconf -Aq "$dir/queue" || true
  qconf -ssconf | sed -E -e 's/^(schedule_interval).*/\1 0:0:1/' \
    -e 's/^(flush_submit_sec|flush_finish_sec).*/\1 1/' \
    -e 's/^(job_load_adjustments).*/\1 NONE/' >"$dir/scheduler"
  qconf -Msconf "$dir/scheduler"
  qconf -sq all.q
}

start() {
  [ "$(id -u)" -eq 0 ] || fail "needs root"
  local program
  for program in sge_qmaster sge_execd qsub; do
    [ -x "$installed/$program" ] || fail "$program is not installed"
  done
  mkdir -p "$log"
  chmod 755 "$dir" "$log"
  [ -e "$dir/created" ] || create_cell
  begin qmaster
  until_ready qmaster qconf -sss
  configure >>"$log/configure.log" 2>&1 || fail "the queue could not be made"
  begin execd
  until_ready "the node" queue_is_up
}

# Jobs outlive the daemons: they are ended first, while somebody knows them.
end_jobs() {
  alive qmaster && alive execd || return 0
  qdel -f -u '*' >/dev/null 2>&1 || true
  for _ in $(seq 100); do
    [ -n "$(qstat -u '*' -s prs 2>/dev/null)" ] || return 0
    sleep 0.1
  done
}

stop() {
  [ -d "$dir/spool" ] || return 0
  end_jobs
  end execd
  end qmaster
}

case $action in
  start | stop) "$action" ;;
  *) usage ;;
esac
