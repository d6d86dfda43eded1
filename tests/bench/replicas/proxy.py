"""What is between a daemon and its PostgreSQL: hands all on, resets every connection, or takes all and never answers."""
import selectors, socket, struct, threading

THROUGH, RESETS, SWALLOWS = "through", "resets", "swallows"
CHUNK = 1 << 16


class Proxy(threading.Thread):
    """To a port of loopback, at `port`. Bytes that it has taken are with it until the other side takes them."""

    def __init__(self, to):
        super().__init__(daemon=True)
        self.to, self.mode, self.lock = to, THROUGH, threading.Lock()
        self.selector = selectors.DefaultSelector()
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listening.getsockname()[1]
        self.peers = {}  # of each socket; None: it has none
        self.selector.register(self.listening, selectors.EVENT_READ)
        self.start()

    def turn(self, mode):
        """From now on; those that a mode has broken are reset, as nobody could go on with them."""
        with self.lock:
            if RESETS in (mode, self.mode) or self.mode == SWALLOWS:
                for one in list(self.peers):
                    self.reset(one)
            self.mode = mode

    def run(self):
        while True:
            for key, _ in self.selector.select(timeout=0.2):
                with self.lock:
                    if key.fileobj is self.listening:
                        self.take()
                    elif key.fileobj in self.peers:
                        self.pass_on(key.fileobj)

    def take(self):
        taken = self.listening.accept()[0]
        other = socket.create_connection(("127.0.0.1", self.to)) if self.mode == THROUGH else None
        for one, peer in ((taken, other), (other, taken)):
            if one:
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.peers[one] = peer
                self.selector.register(one, selectors.EVENT_READ)
        if self.mode == RESETS:
            self.reset(taken)

    def pass_on(self, one):
        try:
            data = one.recv(CHUNK)
            if not data:
                return self.drop(one)
            if self.mode == THROUGH and self.peers[one]:
                self.peers[one].sendall(data)
        except OSError:
            self.drop(one)

    def drop(self, one):
        """It and its peer."""
        for each in (one, self.peers.get(one)):
            if each and self.peers.pop(each, self) is not self:
                self.selector.unregister(each)
                each.close()

    def reset(self, one):
        if one in self.peers:
            for each in filter(None, (one, self.peers[one])):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.drop(one)
