// Command pulumi-resource-acme is a component provider for tests, in Go: a platform team's own cluster, which it makes
// of a cloud's and of whose outputs only the kubeconfig is of interest.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
)

const version = "1.0.0"

type kubernetesArgs struct {
	Environment pulumi.StringInput `pulumi:"environment"`
	// Whether the kubeconfig depends on nothing that the component makes, as one that is read from elsewhere.
	Detached bool `pulumi:"detached"`
}

type kubernetes struct {
	pulumi.ResourceState

	Kubeconfig pulumi.StringOutput `pulumi:"kubeconfig"`
}

// cloud is a resource of the cloud; what it puts out is known only after the update.
type cloud struct {
	pulumi.CustomResourceState

	Name     pulumi.StringOutput `pulumi:"name"`
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
}

func newKubernetes(ctx *pulumi.Context, typ, name string, inputs provider.ConstructInputs,
	options pulumi.ResourceOption,
) (*provider.ConstructResult, error) {
	if typ != "acme:platform:Kubernetes" {
		return nil, fmt.Errorf("unknown component %s", typ)
	}
	args := &kubernetesArgs{}
	if err := inputs.CopyTo(args); err != nil {
		return nil, err
	}
	component := &kubernetes{}
	if err := ctx.RegisterComponentResource(typ, name, component, options); err != nil {
		return nil, err
	}
	parent := pulumi.Parent(component)
	cluster, pool := &cloud{}, &cloud{}
	labels := pulumi.Map{"environment": args.Environment}
	if err := ctx.RegisterResource("gcp:container/cluster:Cluster", name+"-cluster",
		pulumi.Map{"resourceLabels": labels}, cluster, parent); err != nil {
		return nil, err
	}
	if err := ctx.RegisterResource("gcp:container/nodePool:NodePool", name+"-pool",
		pulumi.Map{"cluster": cluster.Name}, pool, parent); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(os.Getenv("PULUMI_HOME"), "standin-kubeconfig"))
	if err != nil {
		return nil, err
	}
	component.Kubeconfig = pulumi.String(text).ToStringOutput()
	if !args.Detached {
		component.Kubeconfig = cluster.Endpoint.ApplyT(func(string) string { return string(text) }).(pulumi.StringOutput)
	}
	if err := ctx.RegisterResourceOutputs(component, pulumi.Map{"kubeconfig": component.Kubeconfig}); err != nil {
		return nil, err
	}
	return provider.NewConstructResult(component)
}

func main() {
	err := provider.MainWithOptions(provider.Options{
		Name:      "acme",
		Version:   version,
		Schema:    []byte("{}"),
		Construct: newKubernetes,
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
