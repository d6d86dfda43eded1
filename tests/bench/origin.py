"""An authority on loopback: nginx, which makes each tenant's document from the path, so that any number of them costs no files."""
import os, re, subprocess, urllib.request

from machine import LOAD, Process, free_port, program


def names(count):
    """Always the same ones; without an order that would compress well."""
    return [f"t{i * 618033988749 % 10**12:012d}.example" for i in range(count)]


def path(name):
    return f"/{name}/v2.0/.well-known/openid-configuration"


# As the public documents are: some 1,750 bytes, and as many headers.
DOCUMENT = (
    '{"token_endpoint":"https://login.microsoftonline.com/@GUID@/oauth2/v2.0/token","token_endpoint_auth_methods_supported":'
    '["client_secret_post","private_key_jwt","client_secret_basic"],"jwks_uri":"https://login.microsoftonline.com/@GUID@/discovery/v2.0/keys",'
    '"response_modes_supported":["query","fragment","form_post"],"subject_types_supported":["pairwise"],'
    '"id_token_signing_alg_values_supported":["RS256"],"response_types_supported":["code","id_token","code id_token","id_token token"],'
    '"scopes_supported":["openid","profile","email","offline_access"],"issuer":"https://login.microsoftonline.com/@GUID@/v2.0",'
    '"request_uri_parameter_supported":false,"userinfo_endpoint":"https://graph.microsoft.com/oidc/userinfo",'
    '"authorization_endpoint":"https://login.microsoftonline.com/@GUID@/oauth2/v2.0/authorize",'
    '"device_authorization_endpoint":"https://login.microsoftonline.com/@GUID@/oauth2/v2.0/devicecode","http_logout_supported":true,'
    '"frontchannel_logout_supported":true,"end_session_endpoint":"https://login.microsoftonline.com/@GUID@/oauth2/v2.0/logout",'
    '"claims_supported":["sub","iss","cloud_instance_name","cloud_instance_host_name","cloud_graph_host_name","msgraph_host","aud","exp","iat",'
    '"auth_time","acr","nonce","preferred_username","name","tid","ver","at_hash","c_hash","email"],'
    '"kerberos_endpoint":"https://login.microsoftonline.com/@GUID@/kerberos","tenant_region_scope":"$scope",'
    '"cloud_instance_name":"microsoftonline.com","cloud_graph_host_name":"graph.windows.net","msgraph_host":"graph.microsoft.com",'
    '"rbac_url":"https://pas.windows.net"}'
).replace("@GUID@", "00000000-0000-4000-8000-$number")

CONFIGURATION = """
@USER@
daemon off;
master_process off;
worker_rlimit_nofile 65536;
pid @FOLDER@/nginx.pid;
error_log @FOLDER@/nginx-error.log warn;
events { worker_connections 16384; }
http {
  tcp_nodelay on;
  keepalive_timeout 600s;
  keepalive_requests 100000000;
  client_body_temp_path @FOLDER@/nginx1; proxy_temp_path @FOLDER@/nginx2; fastcgi_temp_path @FOLDER@/nginx3;
  uwsgi_temp_path @FOLDER@/nginx4; scgi_temp_path @FOLDER@/nginx5;
  http2_max_concurrent_streams 128;
  ssl_certificate @FOLDER@/chain.pem;
  ssl_certificate_key @FOLDER@/leaf.key;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:sessions:8m;
  server_name_in_redirect off;
  map $connection_requests $opening { 1 1; default ""; }
  log_format opening "$server_port $server_protocol $ssl_session_reused";
  log_format turn "$msec $status $uri $scope";
  default_type application/json;
  add_header Cache-Control "max-age=86400, private";
  add_header Strict-Transport-Security "max-age=31536000; includeSubDomains";
  add_header X-Content-Type-Options nosniff;
  add_header Access-Control-Allow-Origin "*";
  add_header Access-Control-Allow-Methods "GET, OPTIONS";
  add_header P3P 'CP="DSP CUR OTPi IND OTRi ONL FIN"';
  add_header x-ms-request-id $request_id;
  add_header x-ms-ests-server "2.1.00000.0 - EXAMPLE ProdSlices";
  add_header x-ms-srs "1.P";
  add_header Set-Cookie "fpc=AbCdEfGhIjKlMnOpQrStUvWxYz0123456789; expires=Thu, 01-Jan-2099 00:00:00 GMT; path=/; secure; HttpOnly; SameSite=None";
  add_header Set-Cookie "stsservicecookie=estsfd; path=/; secure; httponly";
  server {
    listen 127.0.0.1:@STATUS@;
    access_log off;
    location / { stub_status; }
  }
  server {
    listen 127.0.0.1:@HTTP1@ ssl backlog=4096;
    listen 127.0.0.1:@HTTP2@ ssl http2 backlog=4096;
    access_log @FOLDER@/openings.log opening if=$opening;
    location ~ "^/t(?<number>[0-9]{12})\\.example/v2\\.0/\\.well-known/openid-configuration$" {
      set $scope NA;
      return 200 '@DOCUMENT@';
    }
    location / { return 400 '{"error":"invalid_tenant","error_description":"AADSTS90002: no such tenant","error_codes":[90002]}'; }
  }
  # Here a tenant's scope and faults are files, so that they change at once and no connection is closed for it.
  server {
    listen 127.0.0.1:@CHANGING@ ssl backlog=4096;
    access_log @FOLDER@/turns.log turn;
    location ~ "^/(?<name>t(?<number>[0-9]{12})\\.example)/v2\\.0/\\.well-known/openid-configuration$" {
      set $scope NA;
      if (-f @FOLDER@/state/USG/$name) { set $scope USG; }
      if (-f @FOLDER@/state/USGov/$name) { set $scope USGov; }
      if (-f @FOLDER@/state/failing/$name) { return 500 'no document'; }
      if (-f @FOLDER@/state/hanging/$name) { rewrite ^ /hanging last; }
      return 200 '@DOCUMENT@';
    }
    location = /hanging { proxy_pass http://127.0.0.1:@SILENCE@; proxy_read_timeout 600s; }
  }
}
"""


def certificates(folder):
    """root > intermediate > leaf, RSA-2048, as a public authority has."""
    script = r"""
set -e
for key in ca intermediate leaf; do openssl genrsa -out $key.key 2048; done
openssl req -x509 -new -key ca.key -days 30 -subj "/CN=bench root" -out ca.pem
printf 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n' > intermediate.ext
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nkeyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth\n' > leaf.ext
issue() { openssl req -new -key $1.key -subj "/CN=$2" | openssl x509 -req -CA $3.pem -CAkey $3.key -CAcreateserial -days 30 -extfile $1.ext -out $1.pem; }
issue intermediate "bench issuing" ca
issue leaf localhost intermediate
cat leaf.pem intermediate.pem > chain.pem
"""
    subprocess.run(["sh", "-c", script], cwd=folder, check=True, capture_output=True)


class Origin(Process):
    def __init__(self, folder, silence_port=9):
        self.folder = folder
        self.status_port, self.http1, self.http2, self.changing = (free_port() for _ in range(4))
        self.ca_file = os.path.join(folder, "ca.pem")
        self.openings_log, self.turns_log = os.path.join(folder, "openings.log"), os.path.join(
            folder, "turns.log"
        )
        certificates(folder)
        for kind in ("USG", "USGov", "failing", "hanging"):
            os.makedirs(os.path.join(folder, "state", kind))
        text = (
            CONFIGURATION.replace("@DOCUMENT@", DOCUMENT)
            .replace("@FOLDER@", folder)
            .replace("@SILENCE@", str(silence_port))
        )
        # Else nginx gives its folders to nobody, whom a namespace may lack.
        text = text.replace("@USER@", "" if os.geteuid() else "user root root;")
        for key, port in (
            ("STATUS", self.status_port),
            ("HTTP1", self.http1),
            ("HTTP2", self.http2),
            ("CHANGING", self.changing),
        ):
            text = text.replace(f"@{key}@", str(port))
        with open(os.path.join(folder, "nginx.conf"), "w") as f:
            f.write(text)
        command = program("nginx") + [
            "-p",
            folder,
            "-e",
            folder + "/nginx-error.log",
            "-c",
            folder + "/nginx.conf",
        ]
        super().__init__("nginx", command, LOAD, folder)
        self.awaiting(self.answers, "its first answer")

    def answers(self):
        try:
            return self.status()
        except OSError:
            return None

    def status(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.status_port}/", timeout=10) as answer:
            return answer.read().decode()

    def requests(self):
        """How many it has answered, those for this number apart."""
        self.asked = getattr(self, "asked", 1) + 1
        return int(re.search(r"requests\s+\d+ \d+ (\d+)", self.status()).group(1)) - self.asked

    def connections(self):
        """How many are open, the one that asks apart."""
        self.asked = getattr(self, "asked", 1) + 1
        return int(re.search(r"Active connections: (\d+)", self.status()).group(1)) - 1

    def openings(self):
        """Connections on which there was a first request: (port, protocol, whether the TLS session was resumed)."""
        with open(self.openings_log) as log:
            return [
                (int(port), protocol, reused == "r")
                for port, protocol, reused in (line.split() for line in log)
            ]

    def url(self, port, name):
        return f"https://localhost:{port}{path(name)}"

    def reset(self):
        """All tenants are of NA again, and answer."""
        for folder, _, files in os.walk(os.path.join(self.folder, "state")):
            for name in files:
                os.remove(os.path.join(folder, name))

    def put(self, kind, name, there=True):
        """Whether a tenant is `failing`, `hanging`, or of the scope USG or USGov; else it is of NA."""
        file = os.path.join(self.folder, "state", kind, name)
        if there:
            open(file, "w").close()
        elif os.path.exists(file):
            os.remove(file)
