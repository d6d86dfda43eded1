#!/usr/bin/env bash
# in_root.sh FOLDER COMMAND...: runs a command as root in a copy of this machine that ends with it: the file system with a layer in memory
# on top, and name spaces of its own for processes, mounts, network, IPC, host name and control groups. FOLDER is /test there.
# Exits with 77 where that isn't permitted.
set -euo pipefail

if [ "${1:-}" != --inside ]; then
  [ "$(id -u)" = 0 ] || { echo "SKIPPED: name spaces aren't permitted: only root may make a test root" >&2; exit 77; }
  unshare --mount --propagation private mount -t tmpfs tmpfs /mnt 2>/dev/null || { echo "SKIPPED: name spaces aren't permitted" >&2; exit 77; }
  groups=$(findmnt --noheadings --first-only --types cgroup2 --output TARGET) || { echo "SKIPPED: name spaces aren't permitted: no cgroup2 here" >&2; exit 77; }
  own=$groups/tenantscope-test-$$
  mkdir "$own" 2>/dev/null || { echo "SKIPPED: name spaces aren't permitted: may not make control groups here" >&2; exit 77; }
  # shellcheck disable=SC2317  # the trap calls it
  leave() { find "$own" -depth -type d -exec rmdir {} \;; }
  trap leave EXIT
  code=0
  # The shell in between is in the group when it makes the name spaces, this one isn't, so that it can take the group down.
  (
    echo "$BASHPID" > "$own/cgroup.procs"
    exec unshare --mount --pid --net --ipc --uts --cgroup --propagation private --fork --kill-child -- "$0" --inside "$@"
  ) || code=$?
  for ((i = 0; i < 100; i++)); do
    [ "$(sed -n 's/populated //p' "$own/cgroup.events")" = 0 ] && break
    sleep 0.05
  done
  exit "$code"
fi

shift
folder=$1
shift
root=/mnt
mount -t tmpfs -o mode=755 tmpfs $root
mkdir $root/{upper,work,root}
mount -t overlay overlay -o lowerdir=/,upperdir=$root/upper,workdir=$root/work $root/root
root=$root/root
mount -t proc proc $root/proc
mount --bind $root/proc/sys $root/proc/sys
mount -o remount,bind,ro $root/proc/sys
mount -t sysfs -o ro sysfs $root/sys
mount -t cgroup2 cgroup2 $root/sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs $root/dev
for device in null zero full random urandom tty; do
  : > $root/dev/$device
  mount --bind /dev/$device $root/dev/$device
done
mkdir $root/dev/{shm,pts}
mount -t devpts -o newinstance,ptmxmode=666 devpts $root/dev/pts
ln -s pts/ptmx $root/dev/ptmx
ln -s /proc/self/fd $root/dev/fd
mount -t tmpfs -o mode=755 tmpfs $root/run
mount -t tmpfs -o mode=1777 tmpfs $root/tmp
mkdir $root/test $root/before
mount --bind "$folder" $root/test
cd $root
pivot_root . before
umount -l /before
rmdir /before
mount --make-rshared /  # as systemd expects it of whoever makes a container
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=test "$@"
