/**
 * The program that `npm run binary` makes: the policy pack and the command in one file, which needs no Node.js.
 *
 * The engine starts a pack that is a file with one argument, the address where the engine listens; people give the command
 * a subcommand.
 *
 * Source: pulumi/pulumi v3.259.0 pkg/resource/plugin/analyzer_plugin.go (`NewPolicyAnalyzer`).
 */
import { provideGrpc } from "./hosts/server/transport";

const [first = "", ...others] = process.argv.slice(2);

if (others.length === 0 && /^\S+:\d+$/.test(first)) {
    provideGrpc(require("@grpc/grpc-js"));
    require("./index");
} else require("./cli/main");
