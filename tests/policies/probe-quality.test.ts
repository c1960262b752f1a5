import { expect, test } from "vitest";
import { UNKNOWN, Value } from "../../policies/model/value";
import { programsOf } from "../../policies/probes/exec";

test.each<[unknown, string[]]>([
    [["pg_isready", "-q"], ["pg_isready"]],
    [["/usr/bin/curl", "-f"], ["curl"]],
    [["env", "A=1", "B=2", "curl"], ["curl"]],
    [["A=1", "curl"], ["curl"]],
    [["a-A=1", "curl"], ["a-A=1"]],
    [["timeout", "5", "-k", "1", "curl"], ["curl"]],
    [["timeout", "5", "nice", "-n", "10", "/bin/wget"], ["wget"]],
    [["5", "curl"], ["5"]],
    [["-x", "curl"], ["-x"]],
    [["timeout", "x5"], ["x5"]],
    [["timeout"], []],
    [["timeout", "5"], []],
    [["busybox", "wget", "http://localhost"], ["wget"]],
    [["sh", "-c", "curl -f http://localhost"], ["curl"]],
    [["/bin/bash", "-ec", "curl -f http://localhost"], ["curl"]],
    [["bash", "-e", "-c", "curl"], ["curl"]],
    [["bash", "-e", "script.sh"], ["bash"]],
    [["bash", "x-c", "curl"], ["bash"]],
    [["bash", "-cx", "curl"], ["bash"]],
    [["bash", "-c"], ["bash"]],
    [["-c", "sh", "curl"], ["-c"]],
    [["timeout", "5", "sh", "-c", "curl"], ["curl"]],
    [["echo", "sh", "-c", "curl"], ["echo"]],
    [["env", "-c", "sh", "-c", "curl"], ["curl"]],
    [["fish", "-c", "curl"], ["fish"]],
    [
        ["sh", "-c", "test -f /ready  &&  /opt/check; ! wget -q localhost | grep ok"],
        ["test", "check", "wget", "grep"],
    ],
    [
        ["sh", "-c", "if true; then curl; else exit 1; fi"],
        ["true", "curl", "exit", "fi"],
    ],
    [["sh", "-c", "! curl"], ["curl"]],
    [
        ["sh", "-c", "  while curl; do sleep 1; done"],
        ["curl", "sleep", "done"],
    ],
    [["sh", "-c", "\tcurl\t-f"], ["curl"]],
    [["sh", "-c", "'curl' -f"], ["curl"]],
    [["sh", "-c", '"/usr/bin/curl" -f'], ["curl"]],
    [["sh", "-c", "cu'rl -f"], ["cu'rl"]],
    [["sh", "-c", "A=1 exec curl"], ["curl"]],
    [["sh", "-c", ""], []],
    [[UNKNOWN, "curl"], []],
    [["timeout", UNKNOWN, "curl"], []],
    [["sh", "-c", UNKNOWN], ["sh"]],
    [["", "curl"], []],
    ["curl", []],
    [UNKNOWN, []],
    [undefined, []],
])("%j runs %j", (command, programs) => {
    expect(programsOf(new Value(command))).toEqual(programs);
});
