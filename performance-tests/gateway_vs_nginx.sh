#!/usr/bin/env bash
# Compares the gateway with nginx `proxy_pass`: requests per second of CPU time of the proxy.
# Both have one thread, the same upstream and 64 keep-alive connections, and take turns in one run.
# The gateway is a release build. It verifies a token and counts two (raised) limits on every
# request; nginx does neither. CPU time is used because it varies less than wall-clock time.
#
#   performance-tests/gateway_vs_nginx.sh [--rounds 15] [--seconds 2] [--no-build]
#
# Prints one line per round, then both medians and their ratio. More and shorter rounds compensate
# for a machine whose speed varies. Installs wrk and nginx with apt if they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=15
seconds=2
build=yes
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds) rounds=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --no-build) build=no; shift ;;
    *) echo "unknown option $1; options: --rounds N, --seconds N, --no-build" >&2; exit 2 ;;
  esac
done

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
PATH=$PATH:/usr/sbin
missing=()
command -v wrk > /dev/null || missing+=(wrk)
command -v nginx > /dev/null || missing+=(nginx-light)
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}"
  as_root apt-get install -y -qq "${missing[@]}" > /dev/null
fi

if [ "$build" = yes ]; then
  echo "building the release preset"
  cmake --preset release > /dev/null
  cmake --build --preset release --target api-gateway > /dev/null
fi

folder=$(mktemp -d)
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2> /dev/null || true; done
  rm -rf "$folder"
}
trap finish EXIT

# Creates a page of ten patients, a key set and a token signed by it, and finds free ports.
openssl ecparam -name prime256v1 -genkey -noout -out "$folder/key.pem"
python3 - "$folder" > "$folder/settings" <<'PYTHON'
import base64, hashlib, json, socket, subprocess, sys, time
folder = sys.argv[1]

def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

def openssl(*arguments, data=b""):
    return subprocess.run(("openssl",) + arguments, input=data, capture_output=True, check=True).stdout

point = openssl("pkey", "-in", folder + "/key.pem", "-pubout", "-outform", "DER")[-64:]
key = {"crv": "P-256", "kty": "EC", "x": base64url(point[:32]), "y": base64url(point[32:])}
key_id = base64url(hashlib.sha256(json.dumps(key, separators=(",", ":"), sort_keys=True).encode()).digest())
with open(folder + "/jwks.json", "w") as file:
    json.dump({"keys": [dict(key, kid=key_id, use="sig", alg="ES256")]}, file)
with open(folder + "/revocations.json", "w") as file:
    json.dump({"revocations": [], "last": 0}, file)

now = int(time.time())
head = {"alg": "ES256", "typ": "at+jwt", "kid": key_id}
claims = {"iss": "pms", "aud": "pms", "sub": "01890a5d-ac96-774b-bcce-b302099a8057", "sid": "s", "jti": "j", "iat": now,
          "exp": now + 3600, "email": "someone@example.com", "roles": ["ADMIN"]}
signed = ".".join(base64url(json.dumps(part).encode()) for part in (head, claims))
der = openssl("dgst", "-sha256", "-sign", folder + "/key.pem", data=signed.encode())
numbers, at = [], 2
for _ in range(2):
    size = der[at + 1]
    numbers.append(int.from_bytes(der[at + 2:at + 2 + size], "big").to_bytes(32, "big"))
    at += 2 + size
print("token=" + signed + "." + base64url(b"".join(numbers)))

patient = {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "name": "Someone Example", "email": "someone@example.com",
           "address": "1 Example Street", "dateOfBirth": "1980-01-01", "registeredDate": "2026-01-01", "version": 1}
with open(folder + "/page.json", "w") as file:
    json.dump({"patients": [patient] * 10, "page": 1, "size": 10, "totalPages": 1000, "totalElements": 10000}, file)

sockets = [socket.socket() for _ in range(4)]
for one in sockets:
    one.bind(("127.0.0.1", 0))
for name, one in zip(("upstream", "nginx", "gateway", "management"), sockets):
    print(f"{name}_port={one.getsockname()[1]}")
PYTHON
upstream_port='' nginx_port='' gateway_port='' management_port='' token=''
# shellcheck source=/dev/null
. "$folder/settings"

nginx_configuration() { # name, contents of http {}
  cat > "$folder/$1.conf" <<NGINX
worker_processes 1;
daemon off;
pid $folder/$1.pid;
error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path $folder/$1.body;
  proxy_temp_path $folder/$1.proxy;
  fastcgi_temp_path $folder/$1.fastcgi;
  uwsgi_temp_path $folder/$1.uwsgi;
  scgi_temp_path $folder/$1.scgi;
  $2
}
NGINX
}

nginx_configuration upstream "server {
    listen 127.0.0.1:$upstream_port;
    default_type application/json;
    location = /patients { return 200 '$(cat "$folder/page.json")'; }
    location = /jwks.json { return 200 '$(cat "$folder/jwks.json")'; }
    location = /revocations { return 200 '$(cat "$folder/revocations.json")'; }
  }"
nginx_configuration proxy "upstream patients { server 127.0.0.1:$upstream_port; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:$nginx_port;
    location /api/patients {
      proxy_pass http://patients/patients;
      proxy_http_version 1.1;
      proxy_set_header Connection \"\";
    }
  }"
for name in upstream proxy; do
  nginx -p "$folder" -c "$folder/$name.conf" 2> "$folder/$name.log" &
  pids+=($!)
done
nginx_master=${pids[1]}

build/release/bin/api-gateway --runtime.threads 1 --log.level warning \
  --gateway.http.port "$gateway_port" --gateway.management.port "$management_port" \
  --gateway.upstream.patient "http://127.0.0.1:$upstream_port" \
  --gateway.limit.address.per-second 1000000000 --gateway.limit.address.burst 1000000000 \
  --gateway.limit.user.per-second 1000000000 --gateway.limit.user.burst 1000000000 \
  --tokens.jwks-url "http://127.0.0.1:$upstream_port/jwks.json" \
  --tokens.revocations-url "http://127.0.0.1:$upstream_port/revocations" 2> "$folder/gateway.log" &
gateway=$!
pids+=("$gateway")

url() { echo "http://127.0.0.1:$1/api/patients?page=1"; }
wait_for() { # port
  for _ in $(seq 100); do
    if curl -sf -o /dev/null -H "Authorization: Bearer $token" "$(url "$1")"; then return; fi
    sleep 0.1
  done
  echo "no response from port $1:" >&2
  tail -n 5 "$folder"/*.log >&2
  exit 1
}
wait_for "$nginx_port"
wait_for "$gateway_port"
nginx_worker=$(cat "/proc/$nginx_master/task/$nginx_master/children")
nginx_worker=${nginx_worker%% *}

ticks_per_second=$(getconf CLK_TCK)
cpu_ticks() { # process
  local line fields
  read -r line < "/proc/$1/stat"
  read -ra fields <<< "${line##*) }"
  echo $((fields[11] + fields[12]))
}
turn() { # name, port, process: prints requests per CPU second
  local before output requests spent
  before=$(cpu_ticks "$3")
  output=$(wrk -t1 -c64 -d"${seconds}s" -H "Authorization: Bearer $token" "$(url "$2")")
  spent=$(($(cpu_ticks "$3") - before))
  if grep -q -e 'Non-2xx' -e 'Socket errors' <<< "$output"; then
    echo "$1 returned errors: $output" >&2
    exit 1
  fi
  requests=$(awk '/requests in/ {print $1}' <<< "$output")
  echo $((requests * ticks_per_second / spent))
}

turn warm-up "$nginx_port" "$nginx_worker" > /dev/null
turn warm-up "$gateway_port" "$gateway" > /dev/null
for round in $(seq "$rounds"); do
  nginx_rate=$(turn nginx "$nginx_port" "$nginx_worker")
  gateway_rate=$(turn gateway "$gateway_port" "$gateway")
  echo "round $round: nginx $nginx_rate, gateway $gateway_rate requests per CPU second"
  echo "$nginx_rate $gateway_rate" >> "$folder/rates"
done
python3 - "$folder/rates" <<'PYTHON'
import statistics, sys
rates = [tuple(map(int, line.split())) for line in open(sys.argv[1])]
nginx, gateway = (statistics.median(column) for column in zip(*rates))
by_round = statistics.median(gateway / nginx for nginx, gateway in rates)
print(f"median: nginx {nginx:.0f}, gateway {gateway:.0f} requests per CPU second")
print(f"gateway / nginx = {gateway / nginx:.2f} (ratio of medians), {by_round:.2f} (median of the rounds' ratios)")
PYTHON
