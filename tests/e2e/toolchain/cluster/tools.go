//go:build tools

// Package cluster names the commands that build.mjs builds from this module: a Kubernetes API server and its database.
package cluster

import (
	_ "go.etcd.io/etcd/server/v3"
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
)
