"""The words and tables of a run."""

import collections
import os
import re

from situations import SITUATIONS

HEADER = ["boot", "layout", "variant", "situation", "plan", "order", "truth", "verdict", "true margin", "margin", "TLS, exec", "early", "cycles", "right"]
ACTED_ON = {"STALE_JDK", "JDK_REPLACED", "DEPLOYMENT_FAILED"}
WIDTHS = [4, 9, 30, 21, 16, 9, 35, 35, 11, 9, 9, 13, 6, 5]


def row(cells):
    return "  ".join(str(cell).ljust(width) for cell, width in zip(cells, WIDTHS)).rstrip()


def number(value):
    return "–" if value is None else f"{value:.2f}"


def named(verdict, impact):
    return verdict + (f" ({impact.lower().replace('_', ' ')})" if impact else "")


def true_margin(view):
    start, end = view["deploymentStart"], view["cloudFinalEnd"]
    return None if start is None or end is None else start - end


def right(result):
    verdict, view = result["verdict"], result["truth"]
    if "meanwhile" in result and result["meanwhile"]["verdict"] != result["meanwhile"]["wanted"]:
        return False
    if verdict["verdict"] in view.get("also", []):
        return True
    # A folder under another name is neither gone nor replaced: what breaks is the same as in either.
    impact = view["impact"] if result["plan"].get("situation") != "renamed" else verdict.get("impact")
    return (verdict["verdict"], verdict.get("impact")) == (view["verdict"], impact)


def early_right(result):
    """While cloud-init runs, a probe that does not wait must give what is asked again: STILL_BOOTING, or INCONCLUSIVE where
    systemd itself has no answer yet. Ended cloud-init meanwhile, the verdict must not be one that is acted on without cause."""
    early, view = result["early"], result["truth"]
    if early["verdict"] in ("STILL_BOOTING", "INCONCLUSIVE"):
        return True
    end = view["cloudFinalEnd"]
    running = end is None and not view.get("cloudInitDisabled") or end is not None and early["ended"] < end
    return not running and (early["verdict"] not in ACTED_ON or early["verdict"] == view["verdict"])


def judged(result):
    if "fault" in result:
        return "FAULT"
    if not early_right(result):
        return "NO"
    return "yes" if right(result) else "NO"


def wrong(results):
    return [result for result in results if judged(result) in ("NO", "FAULT")]


def cells(result):
    plan = result["plan"]
    start = [plan["number"], plan["layout"], plan["variant"], plan.get("situation") or "–",
             f"{plan['offset']:.1f} s" + (" aimed" if plan["aim"] is not None else "") + ("" if plan["jdk_upgraded"] else " no JDK") + (" +JVM" if plan["bystander"] else "")]
    if "fault" in result:
        return [*start, "–", result["fault"][:200], "", "", "", "", "", "", "FAULT"]
    view, verdict = result["truth"], result["verdict"]
    return [*start, result["order"] or "–", named(view["verdict"], view["impact"]), ("STILL_BOOTING, then " if result.get("meanwhile", {}).get("verdict") == "STILL_BOOTING" else "")
            + named(verdict["verdict"], verdict.get("impact")),
            number(true_margin(view)), number(verdict.get("marginSeconds")), result["use"], result["early"]["verdict"],
            result["cycles"], judged(result)]


def plural(count, noun):
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def summary(results, seconds):
    done = [result for result in results if "fault" not in result]
    judgements = collections.Counter(judged(result) for result in results)
    lines = [f"{len(results)} boots in {seconds / 60:.1f} min: {judgements['yes']} verdicts right, {judgements['NO']} wrong, "
             f"{judgements['FAULT']} without a verdict after two tries"]
    truths = collections.Counter(named(result["truth"]["verdict"], result["truth"]["impact"]) for result in done)
    lines.append("true verdicts: " + ", ".join(f"{count} {name}" for name, count in truths.most_common()))
    raced = [result for result in done if (true_margin(result["truth"]) or 0) < 0]
    broken = [result for result in raced if result["truth"]["app"]["old"]]
    lines.append(f"raced: {len(raced)}; of these {len(broken)} left the application on a JDK that is no longer there; "
                 f"comparing times alone would have called {len(raced) - len(broken)} launches broken that are not")
    late = [abs(result["verdict"]["marginSeconds"] - true_margin(result["truth"])) for result in done
            if result["verdict"].get("marginSeconds") is not None and true_margin(result["truth"]) is not None]
    if late:
        lines.append(f"margin against the kernel's: median difference {sorted(late)[len(late) // 2]:.2f} s, largest {max(late):.2f} s")
    early = collections.Counter(result["early"]["verdict"] for result in done)
    lines.append("probes that did not wait for cloud-init: " + ", ".join(f"{count} {name}" for name, count in early.most_common()))
    for variant in sorted({result["plan"]["variant"] for result in done if not result["plan"].get("situation")}):
        own = [result for result in done if result["plan"]["variant"] == variant and not result["plan"].get("situation")]
        kept = sum((true_margin(result["truth"]) or -1) >= 0 for result in own)
        never = sum(result["truth"]["deploymentStart"] is None for result in own)
        lines.append(f"variant {variant}: {plural(len(own), 'boot')}, deployment after cloud-init in {kept}, no deployment in {never}, "
                     f"{plural(sum(result['cycles'] for result in own), 'ordering cycle')}")
    return lines


def rights(results, situation, manager):
    own = [result for result in results if (result["plan"].get("situation"), result["plan"]["manager"]) == (situation, manager)]
    return f"{sum(judged(result) == 'yes' for result in own)} of {len(own)}" if own else "–"


def versions(root):
    """What was booted, from dpkg's own list."""
    names = r"systemd|cloud-init|openjdk-\d+-jre-headless|java-\d+-openjdk-headless|rpm|dnf"
    with open(f"{root}/var/lib/dpkg/status") as file:
        entries = re.findall(rf"^Package: ({names})\n(?:.+\n)*?Version: (.+)$", file.read(), re.M)
    return ", ".join(f"{name} {version}" for name, version in sorted(set(entries)))


ANSWER = """Launch Guard's verdicts on real boots in which the race happens by itself, compared with what the kernel saw. `INCONCLUSIVE` counts
as right only where nothing on the instance shows the truth. Known traps are in [accuracy.md](accuracy.md)."""

TRUTH = """Each boot is a Debian root with its own systemd and cloud-init. cloud-init's upgrade really replaces the JDK while a deployment starts
a real JVM. The *truth* is seen from outside: the kernel's process events give the ends of cloud-init and the starts of JVMs; inotify
gives the changes of the JDK's files and the deployment's first trace; inode and link count show what the JVM has mapped. The *verdict*
is that of `explain` on what `probe.sh` printed inside.

The layouts `rpm-gone` and `rpm-place` are **Debian roots too**. They use Debian's rpm and dnf and a local repository with packages made
for the trial, named and placed like OpenJDK's and Corretto's. cloud-init has `distro: amazon` there, so `package_upgrade` runs
`dnf upgrade`, and cloud-final is ordered as on Amazon Linux. rpm's order of steps is real: new files first, old folders erased at the
end, then %posttrans. Amazon Linux itself, its kernel and its images were not booted."""

COLUMNS = """- *layout*: `gone`: a versioned directory that the upgrade removes; `place`: files replaced in one directory; `debian`: Debian's own JDK
  package and a newer one, replaced in one directory; `rpm-…`: the same in rpm packages, by dnf.
- *situation*: what happens beside the race. Boots without one are drawn from the seed. `STILL_BOOTING, then …` are the probes during
  an upgrade in the background and after it; both must be right. `INCONCLUSIVE` is right for `killed-with-agent`: nothing on the
  instance proves that the application ever ran.
- *plan*: seconds from the agent's start to the deployment. `aimed`: the JVM starts while dpkg writes the new JDK. `no JDK`: the upgrade
  holds no JDK. `+JVM`: another JVM, which no deployment started, starts at boot.
- *order*: D is the deployment's first trace, J the start of the JVM that runs in the end, U the JDK's replacement, C cloud-init's end.
- *margin*: deployment start minus cloud-init's end, in seconds; the true one is taken from the deployment's first file.
- *TLS, exec*: whether the application, asked after the probe, can use TLS and start a process for the first time. In `place` both
  packages hold the same build, so nothing fails although all files were replaced.
- *early*: the verdict of a probe that did not wait, at a random moment while cloud-init ran. It is probed again after `STILL_BOOTING`
  and after `INCONCLUSIVE`, which comes from the first moments of a boot, when systemd does not answer yet."""


def markdown(results, seed, seconds, wish, cache):
    table = ["| " + " | ".join(HEADER) + " |", "|" + "---|" * len(HEADER)]
    table += ["| " + " | ".join(str(cell) for cell in cells(result)) + " |" for result in results]
    drawn = sum(not result["plan"].get("situation") for result in results)
    command = f"mvn -q -Pboots -Dboots={drawn} -Deach={wish.each} -Dseed={seed} -Djobs={wish.jobs}" + (f" -Dvariant={wish.variant}" if wish.variant else "")
    return f"""# Real boots

{ANSWER}

{chr(10).join("- " + line for line in summary(results, seconds))}

Repeat it: `{command}` ([`src/test/boots`](../src/test/boots/README.md)).

{TRUTH}

Booted: {"; ".join(versions(f"{cache}/{root}") + " (" + root.removeprefix("root-") + ")" for root in sorted(os.listdir(cache)) if root.startswith("root-"))}.

## Situations

| situation | what happens | dpkg: right of all | rpm: right of all |
|---|---|---:|---:|
{chr(10).join(f"| {name} | {situation.about} | {rights(results, name, 'dpkg')} | {rights(results, name, 'rpm')} |" for name, situation in SITUATIONS.items())}

## How to read the table

{COLUMNS}

## Every boot

{chr(10).join(table)}
"""
