#!/bin/bash
# A real Slurm of two nodes with eight CPUs each, on one machine without systemd. Needs root and
#   apt-get install -y --no-install-recommends slurm-wlm slurm-wlm-basic-plugins munge
# and, for an account of jobs that are over (sacct), slurmdbd and mariadb-server.
#
# slurm.sh start DIR   then: export SLURM_CONF=DIR/slurm.conf
# slurm.sh stop DIR
#
# Nothing outside of DIR is written. Environment, with defaults:
#   SLURM_CTLD_PORT=26817  SLURM_NODE_PORT=26820 (and the next one)  SLURM_DBD_PORT=26819
#   DBD=0          1 for an account
#   MIN_JOB_AGE=300  for how many seconds the controller remembers jobs that are over
#   SLURM_EXTRA    more lines for slurm.conf
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

ctld_port=${SLURM_CTLD_PORT:-26817}
node_port=${SLURM_NODE_PORT:-26820}
dbd_port=${SLURM_DBD_PORT:-26819}
dbd=${DBD:-0}
ready_seconds=${READY_SECONDS:-60}
conf=$dir/slurm.conf
run=$dir/run
log=$dir/log
munge=$dir/munge/socket
database=$dir/db/socket
export SLURM_CONF=$conf

fail() {
  echo "$0: $1" >&2
  tail -n 40 "$log"/*.log >&2 2>/dev/null || true
  exit 1
}

# A pid may have been given to somebody else: the command line tells.
alive() { # NAME
  local pid
  [ -s "$run/$1.pid" ] && pid=$(cat "$run/$1.pid") \
    && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -F "$dir" >/dev/null
}

begin() { # NAME COMMAND...
  local name=$1
  shift
  alive "$name" && return
  setsid "$@" </dev/null >>"$log/$name.log" 2>&1 &
  echo $! >"$run/$name.pid"
}

end() { # NAME
  if alive "$1"; then
    local pid
    pid=$(cat "$run/$1.pid")
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 100); do
      alive "$1" || break
      sleep 0.1
    done
    alive "$1" && kill -KILL "$pid" 2>/dev/null
  fi
  rm -f "$run/$1.pid"
}

until_ready() { # WHAT COMMAND...
  local what=$1 limit=$((SECONDS + ready_seconds))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $limit ] || fail "$what is not ready after $ready_seconds s"
    sleep 0.1
  done
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

nodes_are_up() {
  [ "$(sinfo --noheader --Node --partition=debug --format=%T | grep -cxE 'idle|mixed|allocated|completing')" -eq 2 ]
}

accounting() {
  if [ "$dbd" != 1 ]; then
    echo AccountingStorageType=accounting_storage/none
    return
  fi
  # sacct takes the socket of munge from AccountingStoragePass, and from nowhere else.
  cat <<EOF
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=$dbd_port
AccountingStorageUser=root
AccountingStoragePass=$munge
EOF
}

write_configuration() {
  local host
  host=$(hostname -s)
  # config_overrides: a node may claim more CPUs than the machine has.
  # No cgroups: they would need a systemd, or a machine of its own.
  cat >"$conf" <<EOF
ClusterName=colmenar
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$ctld_port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$munge
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool.%n
SlurmctldPidFile=$dir/state/slurmctld.pid
SlurmdPidFile=$dir/state/slurmd.%n.pid
SlurmctldLogFile=$log/slurmctld.log
SlurmdLogFile=$log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000,bf_interval=2,default_queue_depth=1000
ReturnToService=2
SlurmdTimeout=20
SlurmdParameters=config_overrides
KillWait=3
OverTimeLimit=0
MinJobAge=${MIN_JOB_AGE:-300}
MaxArraySize=1001
JobRequeue=0
DefMemPerCPU=256
$(accounting)
${SLURM_EXTRA:-}
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$node_port CPUs=8 RealMemory=8000 State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((node_port + 1)) CPUs=8 RealMemory=8000 State=UNKNOWN
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=10:00 State=UP
PartitionName=long Nodes=ALL Default=NO MaxTime=INFINITE DefaultTime=10:00 State=UP
EOF
  chmod 644 "$conf"
}

start_accounting() {
  mkdir -p "$dir/db/tmp"
  chown mysql "$dir/db" "$dir/db/tmp"
  [ -d "$dir/db/data/mysql" ] \
    || mariadb-install-db --no-defaults --user=mysql --datadir="$dir/db/data" \
      --tmpdir="$dir/db/tmp" --auth-root-authentication-method=socket --skip-test-db >"$log/mariadb.log" 2>&1 \
    || fail "mariadb-install-db failed"
  begin mariadb /usr/sbin/mariadbd --no-defaults --user=mysql --datadir="$dir/db/data" \
    --tmpdir="$dir/db/tmp" --socket="$database" --skip-networking --innodb-buffer-pool-size=64M \
    --innodb-lock-wait-timeout=900 --innodb-flush-log-at-trx-commit=2
  until_ready MariaDB mariadb --no-defaults --socket="$database" -e 'select 1'
  cat >"$dir/slurmdbd.conf" <<EOF
AuthType=auth/munge
AuthInfo=socket=$munge
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort=$dbd_port
SlurmUser=root
LogFile=$log/slurmdbd.log
PidFile=$dir/state/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=root
StorageLoc=slurm_acct
CommitDelay=1
EOF
  chmod 600 "$dir/slurmdbd.conf"
  # It takes its configuration from beside slurm.conf, and has no option that would name DIR to alive().
  begin slurmdbd env MYSQL_UNIX_PORT="$database" bash -c 'exec -a "$0" /usr/sbin/slurmdbd -D' \
    "slurmdbd:$dir"
  until_ready slurmdbd answers "$dbd_port"
  until_ready "the cluster's account" has_cluster
}

has_cluster() {
  sacctmgr --immediate --quiet add cluster colmenar
  sacctmgr --noheader list cluster format=cluster | grep -qw colmenar
}

start() {
  [ "$(id -u)" -eq 0 ] || fail "needs root"
  [ ${#munge} -lt 100 ] || fail "$munge is too long for a socket"
  local program programs="munged slurmctld slurmd sbatch"
  [ "$dbd" != 1 ] || programs="$programs slurmdbd mariadbd mariadb-install-db sacct"
  for program in $programs; do
    command -v "$program" >/dev/null || fail "$program is not installed"
  done
  # Slurm looks its own address up as programs do that take the machine's interfaces into account.
  getent ahostsv4 127.0.0.1 >/dev/null \
    || fail "no address but loopback's; try: ip address add 10.255.255.1/32 dev lo"
  mkdir -p "$run" "$log" "$dir/state" "$dir/munge" "$dir/spool.n1" "$dir/spool.n2"
  chmod 755 "$dir" "$run" "$log" "$dir/munge"
  if [ ! -s "$dir/munge/key" ]; then
    (umask 077 && head -c 1024 /dev/urandom >"$dir/munge/key")
  fi
  # --force: whether others may write to what DIR lies in is not our concern.
  begin munged /usr/sbin/munged --foreground --force --key-file="$dir/munge/key" \
    --socket="$munge" --pid-file="$dir/munge/pid" --log-file="$log/munge.log" \
    --seed-file="$dir/munge/seed"
  until_ready munged munge --socket="$munge" --no-input
  write_configuration
  [ "$dbd" != 1 ] || start_accounting
  begin slurmctld /usr/sbin/slurmctld -D -f "$conf"
  until_ready slurmctld sh -c 'scontrol ping | grep -q UP'
  local node
  for node in n1 n2; do
    begin "slurmd.$node" /usr/sbin/slurmd -D -f "$conf" -N "$node"
  done
  until_ready "a node" nodes_are_up
}

# Jobs outlive the daemons: they are ended first, while somebody knows them.
end_jobs() {
  alive slurmctld || return 0
  local jobs
  jobs=$(squeue --noheader --format=%A 2>/dev/null | sort -u) || return 0
  [ -n "$jobs" ] || return 0
  # shellcheck disable=SC2086
  scancel --signal=KILL --full $jobs 2>/dev/null || true
  # shellcheck disable=SC2086
  scancel $jobs 2>/dev/null || true
  for _ in $(seq 100); do
    [ -n "$(squeue --noheader 2>/dev/null)" ] || return 0
    sleep 0.1
  done
}

# Of a controller that is gone before its jobs nothing is left that could end them but this.
end_steps() {
  local step pid child
  for step in /proc/[0-9]*; do
    pid=${step#/proc/}
    [ "$(head -c 11 "$step/cmdline" 2>/dev/null | tr -d '\0')" = slurmstepd: ] \
      && tr '\0' '\n' 2>/dev/null <"$step/environ" | grep -xF "SLURM_CONF=$conf" >/dev/null || continue
    for child in $(cat "$step/task/$pid/children" 2>/dev/null); do
      kill -KILL -- "-$child" 2>/dev/null || true
    done
    kill -KILL "$pid" 2>/dev/null || true
  done
}

stop() {
  [ -d "$run" ] || return 0
  end_jobs
  end_steps
  local daemon
  for daemon in slurmd.n1 slurmd.n2 slurmctld slurmdbd mariadb munged; do
    end "$daemon"
  done
}

case $action in
  start | stop) "$action" ;;
  *) usage ;;
esac
