"""What happens in a boot beside the race itself, from issue threads and fresh boots: each has a directory in ../situations."""

import os

DPKG, RPM = "dpkg", "rpm"
_BOTH = {DPKG: ["gone", "place"], RPM: ["rpm-gone", "rpm-place"]}
_VERSIONED = {DPKG: ["gone"], RPM: ["rpm-gone"]}
AGENT = "codedeploy-agent.service"


class Situation:
    """layouts: in which it can come about, by package manager; unit: whose control group the application lives in; upgrade:
    whether cloud-init's upgrade holds a JDK; happened: whether the kernel saw what the situation is about; known: whether the
    instance's files can prove that a lost application ran, so that no doubt is right beside JDK_REPLACED."""

    def __init__(self, about, happened, layouts=_BOTH, unit="rest-api.service", upgrade=True, known=True):
        self.about, self.happened, self.layouts = about, happened, layouts
        self.unit, self.upgrade, self.known = unit, upgrade, known


def _ran(view):
    return bool(view["app"]["starts"])


def _lost(view):
    return _ran(view) and view["app"]["start"] is None and bool(view["jdkTaken"])


def _stale(view):
    return bool(view["app"]["old"])


SITUATIONS = {
    "service": Situation("the race alone, the application a service of systemd, on rpm and dnf", lambda view: True,
                         {RPM: ["rpm-gone", "rpm-place"]}),
    "nohup": Situation("the hook starts the application with nohup: it lives in the agent's control group", _ran, unit=AGENT),
    "killed-with-agent": Situation("the same, and the upgrade ends with a restart of the agent", _lost, unit=AGENT, known=False),
    "restart-loop": Situation("the unit's java is gone, and systemd tries it again every 10 s (203, auto-restart)", _lost, _VERSIONED),
    "half-configured": Situation("the new package's configuration restarts the application and fails",
                                 lambda view: _ran(view) and bool(view["jdkTaken"]), _VERSIONED),
    "fails-by-it": Situation("the same while the deployment still checks the application: it fails",
                             lambda view: _ran(view) and bool(view["jdkTaken"]) and view["deployed"] == "Failed", {DPKG: ["gone"]}),
    "renamed": Situation("the JDK's folder gets another name under the JVM", _stale, upgrade=False),
    "tarball": Situation("a JDK in /opt that no package manager knows is replaced", _stale, upgrade=False),
    "upgrade-in-background": Situation("user data starts an upgrade that cloud-init does not wait for",
                                       lambda view: _stale(view) and view["upgradeRan"]),
    "class-archive": Situation("the archive of shared classes is dumped anew", lambda view: bool(view["app"]["archives"]),
                               {DPKG: ["place"], RPM: ["rpm-place"]}, upgrade=False),
}


def each(count):
    """(name, package manager) for so many boots of every situation; by rounds, so that a run that is stopped has seen all."""
    return [(name, manager) for _ in range(count) for name, situation in SITUATIONS.items() for manager in situation.layouts]


def directory(here, name):
    path = f"{here}/situations/{name}"
    return path if os.path.isdir(path) else None
