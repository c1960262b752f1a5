import { expect, test } from "vitest";
import { INTERNAL_ANNOTATIONS, isInternal } from "../../../model/kubernetes/load-balancers";
import { Value } from "../../../model/value";
import { UNKNOWN_VALUES } from "../../support/wire";

const UNKNOWN = UNKNOWN_VALUES.string;
const AWS = "service.beta.kubernetes.io/aws-load-balancer-internal";
const AWS_SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme";
const AZURE = "service.beta.kubernetes.io/azure-load-balancer-internal";
const HUAWEI = "kubernetes.io/elb.autocreate";
const ORACLE = "service.beta.kubernetes.io/oci-load-balancer-internal";
const TENCENT = "service.kubernetes.io/qcloud-loadbalancer-internal-subnetid";

test.each<[string, unknown, string]>([
    ["nothing is said", undefined, "no"],
    ["nothing of the kind is said", { "example.com/internal": "true" }, "no"],
    ["annotations are not known", UNKNOWN_VALUES.map, "unknown"],

    ["AWS is told so", { [AWS]: "true" }, "yes"],
    ["AWS is told so by a boolean", { [AWS]: true }, "yes"],
    ["AWS is told so as it once was", { [AWS]: "0.0.0.0/0" }, "yes"],
    ["AWS is told not so", { [AWS]: "false" }, "no"],
    ["AWS is told nothing", { [AWS]: "" }, "no"],
    ["AWS is told nothing but a space", { [AWS]: " " }, "no"],
    ["AWS may be told so", { [AWS]: UNKNOWN }, "unknown"],
    ["the scheme of AWS says so", { [AWS_SCHEME]: "internal", [AWS]: "false" }, "yes"],
    ["the scheme of AWS decides", { [AWS_SCHEME]: "internet-facing", [AWS]: "true" }, "no"],
    ["the scheme of AWS decides, unknown as it is", { [AWS_SCHEME]: UNKNOWN, [AWS]: "true" }, "unknown"],

    ["Azure is told so", { [AZURE]: "true" }, "yes"],
    ["Azure is told so in capitals, which it does not read", { [AZURE]: "TRUE" }, "no"],
    ["Oracle is told so in capitals", { [ORACLE]: "TRUE" }, "yes"],
    ["Tencent is told a subnet", { [TENCENT]: "subnet-1" }, "yes"],
    ["Tencent is told no subnet", { [TENCENT]: "" }, "no"],
    ["Huawei is told so", { [HUAWEI]: '{"type":"inner","name":"cart"}' }, "yes"],
    ["Huawei is told so with spaces", { [HUAWEI]: '{"type" :\n "inner"}' }, "yes"],
    ["Huawei is told otherwise", { [HUAWEI]: '{"type":"public","name":"inner"}' }, "no"],

    ["one cloud of two is told so", { [AWS]: "false", [AZURE]: "true" }, "yes"],
    ["one cloud is told so, another may be", { [AWS]: UNKNOWN, [AZURE]: "true" }, "yes"],
    ["one cloud is told not so, another may be", { [AWS]: "false", [AZURE]: UNKNOWN }, "unknown"],
])("a load balancer where %s: %j is internal: %s", (_, annotations, expected) => {
    expect(isInternal(new Value(annotations))).toBe(expected);
});

test.each(INTERNAL_ANNOTATIONS.map(({ key }) => key))(
    "%s may say it, and says nothing with a word of no meaning",
    key => {
        expect(isInternal(new Value({ [key]: UNKNOWN }))).toBe("unknown");
        expect(isInternal(new Value({ [key]: "false" }))).toBe(key === TENCENT ? "yes" : "no");
    },
);
