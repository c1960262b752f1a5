import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import { WireError } from "./wire";

/** The methods of a service by name: bytes of the request, bytes of the answer. */
export type Methods = Readonly<Record<string, (request: Buffer) => Buffer>>;

/**
 * Up to 400 MiB of a stack in one request, as the engine and the SDK allow.
 *
 * Source: pulumi/pulumi sdk/go/common/util/rpcutil/serve.go, @pulumi/policy 1.21.0 server.js (`maxRPCMessageSize`).
 */
const LARGEST_REQUEST = 400 * 1024 * 1024;

/**
 * Serves methods to the engine, on a port of this machine that is written to standard output, where the engine waits for
 * it. A method that throws answers with an error, one that is not there with UNIMPLEMENTED.
 *
 * @param service full name of the service: `pulumirpc.Analyzer`.
 */
export function serve(service: string, methods: Methods): void {
    const grpc = loadGrpc();
    const server = new grpc.Server({ "grpc.max_receive_message_length": LARGEST_REQUEST });
    const definition = Object.keys(methods).map(name => [name, methodOf(`/${service}/${name}`)] as const);
    const implementation = Object.entries(methods).map(([name, answer]) => [name, handler(grpc, answer)] as const);
    server.addService(Object.fromEntries(definition), Object.fromEntries(implementation));
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
        if (error) {
            console.error(error);
            process.exit(1);
        }
        // As a text: Node gives numbers a color.
        console.log(port.toString());
    });
}

let provided: typeof Grpc | undefined;

/** Gives the server its gRPC, where no module can be looked up: in an executable. */
export function provideGrpc(grpc: typeof Grpc): void {
    provided = grpc;
}

/**
 * The very gRPC that the program which runs packs has loaded before any of them, `run-policy-pack` of `@pulumi/pulumi`;
 * whatever else starts the pack, that of its own `@pulumi/pulumi`.
 */
function loadGrpc(): typeof Grpc {
    if (provided) return provided;
    const runner = require.main?.filename ?? __filename;
    try {
        return createRequire(runner)("@grpc/grpc-js");
    } catch {
        return createRequire(require.resolve("@pulumi/pulumi/proto/analyzer_grpc_pb"))("@grpc/grpc-js");
    }
}

/** Requests and answers go through as bytes. */
function methodOf(path: string): Grpc.MethodDefinition<Buffer, Buffer> {
    const asIs = (bytes: Buffer) => bytes;
    return {
        path,
        requestStream: false,
        responseStream: false,
        requestSerialize: asIs,
        requestDeserialize: asIs,
        responseSerialize: asIs,
        responseDeserialize: asIs,
    };
}

function handler(grpc: typeof Grpc, answer: (request: Buffer) => Buffer): Grpc.handleUnaryCall<Buffer, Buffer> {
    return ({ request }, callback) => {
        let response: Buffer;
        try {
            response = answer(request);
        } catch (error) {
            const code = error instanceof WireError ? grpc.status.INTERNAL : grpc.status.UNKNOWN;
            const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
            callback({ code, details });
            return;
        }
        callback(null, response);
    };
}
