"""Children that misbehave: each reads its request like a collector and then does one thing."""

import sys
from dataclasses import dataclass

from worker.children import Child, ForkServer, fresh

_READ_REQUEST = "import json, os, signal, sys, time\nrequest = json.loads(sys.stdin.readline())\n"
_SAY = "def say(**event): print(json.dumps(event), flush=True)\n"
_SERVE = """
from worker.collector_server import serve
def main():
    exec({program!r}, {{}})
    return 0
serve(main)
"""


@dataclass(frozen=True)
class Behaviour:
    """What a child does with its `request`; it has `say(event=…, …)`. Calling it starts a fresh process."""

    body: str

    def __call__(self) -> Child:
        return fresh((sys.executable, "-c", self._program))()

    def server(self) -> ForkServer:
        """What forks such children."""
        return ForkServer((sys.executable, "-c", _SERVE.format(program=self._program)))

    @property
    def _program(self) -> str:
        return _READ_REQUEST + _SAY + self.body


SAYS_READY = "say(event='progress', phase='ready', done=0, total=None, current=None)\n"
SLEEPS = Behaviour(SAYS_READY + "time.sleep(600)")
IGNORES_SIGTERM = Behaviour(
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SAYS_READY + "time.sleep(600)"
)
CRASHES = Behaviour(
    "print('the last words', file=sys.stderr, flush=True)\nos.kill(os.getpid(), signal.SIGSEGV)"
)
LEAVES_SILENTLY = Behaviour("")
RAISES = Behaviour("raise ValueError('on purpose')")
WAITS_FOR_ITS_PARENT = Behaviour(
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    + SAYS_READY
    + "gone = request['parameters'].get('gone')\n"
    "if gone is None: time.sleep(600)\n"
    "sys.stdin.read()\n"
    "open(gone, 'w').close()"
)
EXITS_WITH_3 = Behaviour("sys.exit(3)")
GROWS = Behaviour("hoard = bytearray(os.urandom(1 << 20) * 200)\n" + SAYS_READY + "time.sleep(600)")
FORKS = Behaviour(
    "import subprocess\n"
    "grandchild = subprocess.Popen(['sleep', '600'])\n"
    "say(event='log', level='INFO', message=str(grandchild.pid))\n"
    "time.sleep(600)"
)
LEAVES_A_GRANDCHILD = Behaviour("import subprocess\nsubprocess.Popen(['sleep', '600'])\n" + SAYS_READY)
FLOODS_STDERR = Behaviour(SAYS_READY + "while True: sys.stderr.write('words, words, words\\n' * 1000)")
WRITES_DOWN_ITSELF = Behaviour(
    "with open(request['parameters']['seen'], 'w') as seen:\n"
    "    descriptors = os.listdir('/proc/self/fd')\n"
    "    json.dump([dict(os.environ), sys.orig_argv, os.getcwd(), sorted(descriptors)], seen)"
)
# Everything a child can say, with the password in it.
TELLS_SECRETS = Behaviour(
    "secret = request['parameters']['password']\n"
    "say(event='progress', phase='reading ' + secret, done=1, total=2, current=secret)\n"
    "fields = {'url': 'pg://u:' + secret + '@host', secret: 1}\n"
    "say(event='log', level='INFO', message='signing in with ' + secret, fields=fields)\n"
    "say(event='diagnostic', level='WARNING', code='READ', message=secret, hint=secret, field=None)\n"
    "print('no event, but ' + secret, flush=True)\n"
    "print('on stderr ' + secret, file=sys.stderr, flush=True)\n"
    "say(event='error', code='SOURCE_ERROR', message='refused ' + secret, hint='not ' + secret)"
)
