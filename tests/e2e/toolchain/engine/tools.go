//go:build tools

// Package engine names the commands that build.mjs builds from this module: the Pulumi CLI and its language host for
// YAML programs.
package engine

import (
	_ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
	_ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
)
