#!/usr/bin/env bash
# radosgw.sh FOLDER: a Ceph of one monitor, one OSD in memory and one RADOS gateway, for S3 tests on loopback.
# Prints "ready PORT" once it answers to the access key "key" with the secret "secret"; runs until it is ended
# itself, and leaves no process behind, however it ends.
set -euo pipefail
folder=$1
export CEPH_CONF=$folder/ceph.conf
mkdir -p "$folder"/{mon,osd,rgw,log}

free_port() { # that nothing listens on right now
    local port
    while port=$((20000 + RANDOM % 20000)); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}
monitor_port=$(free_port)
gateway_port=$(free_port)

cat >"$CEPH_CONF" <<EOF
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon_host = [v2:127.0.0.1:$monitor_port]
mon_initial_members = a
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
keyring = $folder/keyring
run_dir = $folder
admin_socket =
log_file = $folder/log/\$name.log
crash_dir = $folder/log
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_data_avail_crit = 0
osd_objectstore = memstore
memstore_device_bytes = 1073741824
rgw_frontends = beast endpoint=127.0.0.1:$gateway_port
rgw_run_sync_thread = false
rgw_thread_pool_size = 32
[mon.a]
mon_data = $folder/mon
[osd.0]
osd_data = $folder/osd
[client.rgw.a]
rgw_data = $folder/rgw
EOF

add_key() { # NAME CAPABILITY...
    ceph-authtool "$folder/keyring" --gen-key -n "$@" >>"$folder/log/start" 2>&1
}
daemons=()
start() { # in the foreground, ended with this script even when that is killed
    setpriv --pdeathsig KILL "$@" >>"$folder/log/start" 2>&1 </dev/null &
    daemons+=($!)
}
trap 'kill -KILL "${daemons[@]}" 2>/dev/null; wait' EXIT
trap 'exit 1' TERM INT

ceph-authtool --create-keyring "$folder/keyring" >>"$folder/log/start" 2>&1
add_key mon. --cap mon 'allow *'
add_key client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
add_key osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'
add_key client.rgw.a --cap mon 'allow rwx' --cap osd 'allow rwx'

fsid=$(sed -n 's/^fsid = //p' "$CEPH_CONF")
monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$monitor_port]" "$folder/monmap" >>"$folder/log/start"
ceph-mon --mkfs -i a --monmap "$folder/monmap" --keyring "$folder/keyring" >>"$folder/log/start" 2>&1
start ceph-mon -i a -f
osd=$(cat /proc/sys/kernel/random/uuid)
timeout 60 ceph osd new "$osd" >>"$folder/log/start" 2>&1
ceph-osd -i 0 --mkfs --osd-uuid "$osd" --keyring "$folder/keyring" >>"$folder/log/start" 2>&1
start ceph-osd -i 0 -f
start radosgw -n client.rgw.a -f
timeout 60 radosgw-admin user create --uid=test --display-name=test --access-key=key --secret-key=secret \
    >>"$folder/log/start" 2>&1
for ((i = 0; i < 600; i++)); do
    ! (exec 3<>"/dev/tcp/127.0.0.1/$gateway_port") 2>/dev/null || break
    sleep 0.1
done
echo "ready $gateway_port"
wait
