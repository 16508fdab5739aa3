"""Children that misbehave, as commands: each reads its request like a collector and then does one thing."""

import sys

_READ_REQUEST = "import json, os, signal, sys, time\nrequest = json.loads(sys.stdin.readline())\n"
_SAY = "def say(**event): print(json.dumps(event), flush=True)\n"


def child(body: str) -> tuple[str, ...]:
    """The command of a child that runs `body`; it has `request` and `say(event=…, …)`."""
    return (sys.executable, "-c", _READ_REQUEST + _SAY + body)


SAYS_READY = "say(event='progress', phase='ready', done=0, total=None, current=None)\n"
SLEEPS = child(SAYS_READY + "time.sleep(600)")
IGNORES_SIGTERM = child("signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SAYS_READY + "time.sleep(600)")
CRASHES = child("print('the last words', file=sys.stderr, flush=True)\nos.kill(os.getpid(), signal.SIGSEGV)")
LEAVES_SILENTLY = child("")
EXITS_WITH_3 = child("sys.exit(3)")
GROWS = child("hoard = bytearray(os.urandom(1 << 20) * 200)\n" + SAYS_READY + "time.sleep(600)")
FORKS = child(
    "import subprocess\n"
    "grandchild = subprocess.Popen(['sleep', '600'])\n"
    "say(event='log', level='INFO', message=str(grandchild.pid))\n"
    "time.sleep(600)"
)
WRITES_DOWN_ITSELF = child(
    "with open(request['parameters']['seen'], 'w') as seen:\n"
    "    json.dump([dict(os.environ), sys.orig_argv, os.getcwd()], seen)"
)
# Everything a child can say, with the password in it.
TELLS_SECRETS = child(
    "secret = request['parameters']['password']\n"
    "say(event='progress', phase='reading ' + secret, done=1, total=2, current=secret)\n"
    "fields = {'url': 'pg://u:' + secret + '@host', secret: 1}\n"
    "say(event='log', level='INFO', message='signing in with ' + secret, fields=fields)\n"
    "say(event='diagnostic', level='WARNING', code='READ', message=secret, hint=secret, field=None)\n"
    "print('no event, but ' + secret, flush=True)\n"
    "print('on stderr ' + secret, file=sys.stderr, flush=True)\n"
    "say(event='error', code='SOURCE_ERROR', message='refused ' + secret, hint='not ' + secret)"
)
