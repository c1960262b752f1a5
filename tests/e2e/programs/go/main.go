// A Pod that no controller owns, as a Pulumi program in Go.
//
// It previews itself, without Pulumi's language host for Go, which cannot be built from a Go module: the engine asks
// this process instead.
//
// usage: <program> <folder to render to> <policy pack>...
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func program(ctx *pulumi.Context) error {
	var cluster pulumi.ProviderResourceState
	err := ctx.RegisterResource("pulumi:providers:kubernetes", "cluster", pulumi.Map{
		"renderYamlToDirectory": pulumi.String(config.Require(ctx, "renderTo")),
	}, &cluster)
	if err != nil {
		return err
	}
	onCluster := pulumi.Provider(&cluster)

	var namespace, pod pulumi.CustomResourceState
	err = ctx.RegisterResource("kubernetes:core/v1:Namespace", "shop", pulumi.Map{
		"apiVersion": pulumi.String("v1"),
		"kind":       pulumi.String("Namespace"),
		"metadata":   pulumi.Map{"name": pulumi.String("shop")},
	}, &namespace, onCluster)
	if err != nil {
		return err
	}
	return ctx.RegisterResource("kubernetes:core/v1:Pod", "migration", pulumi.Map{
		"apiVersion": pulumi.String("v1"),
		"kind":       pulumi.String("Pod"),
		"metadata":   pulumi.Map{"name": pulumi.String("migration"), "namespace": pulumi.String("shop")},
		"spec": pulumi.Map{
			"containers": pulumi.Array{pulumi.Map{
				"name":           pulumi.String("migration"),
				"image":          pulumi.String("registry.example.com/migration:1.4.2"),
				"readinessProbe": pulumi.Map{"tcpSocket": pulumi.Map{"port": pulumi.Int(8080)}},
			}},
		},
	}, &pod, onCluster, pulumi.DependsOn([]pulumi.Resource{&namespace}))
}

func main() {
	if err := preview(context.Background(), os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func preview(ctx context.Context, renderTo string, policyPacks []string) error {
	stack, err := auto.NewStackInlineSource(ctx, "dev", "shop", program)
	if err != nil {
		return err
	}
	if err := stack.SetConfig(ctx, "renderTo", auto.ConfigValue{Value: renderTo}); err != nil {
		return err
	}
	_, err = stack.Preview(ctx, optpreview.PolicyPacks(policyPacks...), optpreview.ProgressStreams(os.Stdout))
	if err != nil {
		return errors.New("the preview failed")
	}
	return nil
}
