# shellcheck shell=bash
# The first process on the machine of machine_test.sh: systemd with its journal and nothing of what this machine would start.
rm -rf /etc/systemd/system /lib/systemd/system/*.wants /usr/sbin/policy-rc.d /var/lib/man-db/auto-update
mkdir /etc/systemd/system
: > /etc/fstab
: > /etc/machine-id
printf '[Unit]\nWants=systemd-journald.service\n' > /lib/systemd/system/test.target
exec /lib/systemd/systemd --system --unit=test.target --show-status=0
