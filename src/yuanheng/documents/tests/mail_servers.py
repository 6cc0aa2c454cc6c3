"""Two small mail servers on this machine, which speak as much IMAP and POP3 as a reader needs."""

from __future__ import annotations

import re
import socketserver
import threading
import time
from contextlib import contextmanager


class _Lines(socketserver.StreamRequestHandler):
    def say(self, *lines):
        for line in lines:
            data = line if isinstance(line, bytes) else line.encode()
            self.wfile.write(data + b"\r\n")

    def drip(self):
        """One byte after the other, for as long as somebody listens."""
        for _step in range(300):
            self.wfile.write(b"x")
            time.sleep(0.05)

    def handle(self):
        self.greet()
        for raw in self.rfile:
            self.server.asked.append(raw.decode().strip())
            try:
                if not self.answer(self.server.asked[-1]):
                    return
            except OSError:  # the other side has hung up
                return


class Imap(_Lines):
    def greet(self):
        self.say("* OK [CAPABILITY IMAP4rev1 ID] ready")

    def answer(self, line):
        tag, _blank, rest = line.partition(" ")
        word = rest.upper()
        if word.startswith("LOGIN"):
            if '"secret word"' not in rest:
                self.say(f"{tag} NO [AUTHENTICATIONFAILED] wrong password")
                return True
        elif word.startswith("CAPABILITY"):
            self.say("* CAPABILITY IMAP4rev1 ID")
        elif word.startswith("EXAMINE"):
            self.say(f"* {len(self.server.mails)} EXISTS", "* OK [UIDVALIDITY 7] ok")
        elif word.startswith("UID SEARCH"):
            self.say("* SEARCH " + " ".join(map(str, self.server.mails)))
        elif word.startswith("UID FETCH"):
            self.fetch(rest)
        elif word.startswith("LOGOUT"):
            self.say("* BYE", f"{tag} OK")
            return False
        self.say(f"{tag} OK done")
        return True

    def fetch(self, rest):
        for at in map(int, re.search(r"FETCH ([\d,]+)", rest)[1].split(",")):
            data = self.server.mails[at]
            if "RFC822.SIZE" in rest:
                size = self.server.sizes.get(at, len(data))
                self.say(f"* 1 FETCH (UID {at} RFC822.SIZE {size})")
            elif at in self.server.endless:
                self.say(f"* 1 FETCH (UID {at} BODY[] {{{len(data)}}}")
                self.drip()
            else:
                self.say(f"* 1 FETCH (UID {at} BODY[] {{{len(data)}}}", data + b")")


class Pop(_Lines):
    def greet(self):
        self.say("+OK ready")

    def answer(self, line):
        word, _blank, rest = line.partition(" ")
        mails = self.server.mails
        if word == "PASS" and rest != "secret word":
            self.say("-ERR wrong password")
        elif word == "LIST":
            self.say("+OK", *(f"{at} {len(mails[at])}" for at in mails), ".")
        elif word == "UIDL":
            self.say("+OK", *(f"{at} key{at}" for at in mails), ".")
        elif word == "RETR" and int(rest) in self.server.endless:
            self.say("+OK")
            self.drip()
        elif word == "RETR":
            self.say("+OK", *mails[int(rest)].split(b"\n"), ".")
        else:
            self.say("+OK")
        return word != "QUIT"


@contextmanager
def serving(kind, mails):
    """A server with these mails (number → bytes); what it was asked is in ``asked``.
    Of those in ``endless`` it sends a byte now and then."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), kind) as server:
        server.daemon_threads = True
        server.mails, server.sizes, server.asked = dict(mails), {}, []
        server.endless = set()
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
