// Command pulumi-resource-kubernetes is the Kubernetes provider of Pulumi.
//
// The provider's own command embeds two files that are generated when it is released and are not in its module. They
// are byte copies of schema.json and terraform-mapping.json, which are. build.mjs copies those beside this file and
// builds it.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var terraformMapping []byte

func main() {
	provider.Serve("kubernetes", version.Version, schema, terraformMapping)
}
