// Command pulumi-language-nodejs stands in for Pulumi's language host for Node.js, which is not among the Go modules.
// It does for policy packs what that one does: it installs what a pack needs, with Pulumi's own code for npm, and
// runs the pack behind Pulumi's own policy proxy. Programs it does not run.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	sdk "github.com/pulumi/pulumi/sdk/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/cmdutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	"github.com/pulumi/pulumi/sdk/v3/nodejs/npm"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

func main() {
	if len(os.Args) != 2 {
		cmdutil.Exit(errors.New("usage: pulumi-language-nodejs <engine address>"))
	}
	// An engine that was killed has not ended this process.
	stop := make(chan bool)
	err := rpcutil.Healthcheck(context.Background(), os.Args[1], time.Minute, func() { close(stop) })
	if err != nil {
		cmdutil.Exit(fmt.Errorf("the engine does not answer: %w", err))
	}
	server, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: stop,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, &host{engine: os.Args[1]})
			return nil
		},
	})
	if err != nil {
		cmdutil.Exit(fmt.Errorf("cannot serve: %w", err))
	}
	fmt.Println(server.Port)
	if err := <-server.Done; err != nil {
		cmdutil.Exit(fmt.Errorf("stopped serving: %w", err))
	}
}

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	engine string
}

func (*host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version.Version}, nil
}

// InstallDependencies installs what the package.json of a folder asks for.
func (*host) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest, response pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(response, request.IsTerminal)
	if err != nil {
		return err
	}
	production := request.Info.Options.AsMap()["production"] == true
	_, err = npm.Install(
		response.Context(), npm.AutoPackageManager, request.Info.ProgramDirectory, production, stdout, stderr)
	if err != nil {
		return errors.Join(fmt.Errorf("npm install failed: %w", err), closer.Close())
	}
	return closer.Close()
}

// RunPlugin runs a policy pack until the engine has no more need of it.
func (host *host) RunPlugin(
	request *pulumirpc.RunPluginRequest, response pulumirpc.LanguageRuntime_RunPluginServer,
) error {
	if request.Kind != "analyzer" {
		return fmt.Errorf("this stand-in runs policy packs only, not a plugin of kind %q", request.Kind)
	}
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(response, false)
	if err != nil {
		return err
	}
	defer closer.Close()

	folder := request.Info.ProgramDirectory
	runner, err := locate(folder, "@pulumi/pulumi/cmd/run-policy-pack")
	if err != nil {
		return err
	}
	proxy, toProxy, err := sdk.NewPolicyProxy(response.Context(), stdout)
	if err != nil {
		return err
	}
	stack, err := proxy.AwaitConfiguration(response.Context())
	if err != nil {
		return err
	}
	environment, err := environmentOf(stack)
	if err != nil {
		return err
	}

	pack := exec.CommandContext(response.Context(), "node", runner, host.engine, folder)
	pack.Dir = folder
	pack.Env = append(request.Env, environment...)
	pack.Stdout, pack.Stderr = toProxy, stderr
	if err := pack.Start(); err != nil {
		return err
	}
	err = proxy.Attach(response.Context(), pack)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return response.Send(&pulumirpc.RunPluginResponse{
			Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(exit.ExitCode())},
		})
	}
	return err
}

// The file of a Node.js module, as a program in the folder finds it.
func locate(folder, module string) (string, error) {
	command := exec.Command("node", "-p", fmt.Sprintf("require.resolve(%q)", module))
	command.Dir = folder
	command.Stderr = io.Discard
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf(
			"It looks like the Pulumi SDK has not been installed. Have you run npm install in %s?", folder)
	}
	return strings.TrimSpace(string(output)), nil
}

// What the SDK for Node.js reads about the stack from its environment. There is no stack where a pack is published.
func environmentOf(stack *pulumirpc.AnalyzerStackConfigureRequest) ([]string, error) {
	environment := []string{"PULUMI_NODEJS_TYPESCRIPT=true"}
	if stack == nil {
		return environment, nil
	}
	configuration, err := json.Marshal(stack.Config)
	if err != nil {
		return nil, err
	}
	return append(environment,
		"PULUMI_NODEJS_ORGANIZATION="+stack.Organization,
		"PULUMI_NODEJS_PROJECT="+stack.Project,
		"PULUMI_NODEJS_STACK="+stack.Stack,
		"PULUMI_NODEJS_DRY_RUN="+strconv.FormatBool(stack.DryRun),
		"PULUMI_CONFIG="+string(configuration),
	), nil
}
