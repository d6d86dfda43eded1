"""A receiver of events: what came, and what came again."""
import collections, hashlib, http.server, json, sys, threading, time


class Receiver(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.events, self.digests = [], {}  # each once, as it came first
        self.repeated = self.altered = 0
        self.scopes = collections.Counter()  # changes of a region scope that came, by tenant
        self.times = []  # of those
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # those of who is killed
            super().handle_error(request, client_address)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/"

    def take(self, body):
        event, digest = json.loads(body), hashlib.sha256(body).digest()
        with self.lock:
            known = self.digests.setdefault(event["id"], digest)
            if known is not digest:
                self.repeated += 1
                self.altered += known != digest
                return
            self.events.append(event)
            if any(
                change["field"] == "region_scope" for change in event["data"].get("changes", [])
            ):
                self.scopes[event["subject"]] += 1
                self.times.append(time.monotonic())


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.server.take(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass
