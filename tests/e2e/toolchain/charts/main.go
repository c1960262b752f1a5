// Command charts renders Helm charts as `helm template` does, without a cluster and without the network. Each line of
// its input is a chart to render, each line of its output says what came of it, both in JSON.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/getter"
)

type question struct {
	Chart       string   `json:"chart"`
	Release     string   `json:"release"`
	Namespace   string   `json:"namespace"`
	KubeVersion string   `json:"kubeVersion"`
	Values      []string `json:"values"`
	// Folders of other charts, where dependencies are looked for that are not in the chart's own folder.
	Others []string `json:"others"`
}

type answer struct {
	Name      string   `json:"name"`
	Version   string   `json:"version"`
	Library   bool     `json:"library"`
	Missing   []string `json:"missing"`
	Manifests string   `json:"manifests"`
	Failure   string   `json:"failure"`
}

// Dependencies of dependencies further down are not looked for: charts can depend on each other in a circle.
const maxDepth = 4

func main() {
	log.SetOutput(io.Discard)
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(output)
	for {
		line, err := input.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var asked question
		if err == nil {
			err = json.Unmarshal(line, &asked)
		}
		if err == nil {
			err = encoder.Encode(render(asked))
		}
		if err == nil {
			err = output.Flush()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// render does what `helm template --include-crds` does, with the dependencies that are in the chart's own folder.
func render(asked question) (found answer) {
	found.Missing = []string{}
	// A template can make the engine panic, which must not end the other charts.
	defer func() {
		if panicked := recover(); panicked != nil {
			found.Failure = fmt.Sprint(panicked)
		}
	}()
	loaded, err := loader.Load(asked.Chart)
	if err != nil {
		found.Failure = err.Error()
		return found
	}
	found.Name, found.Version = loaded.Name(), loaded.Metadata.Version
	found.Library = strings.EqualFold(loaded.Metadata.Type, "library")
	if found.Library {
		return found
	}
	options := values.Options{ValueFiles: asked.Values}
	overrides, err := options.MergeValues(getter.Providers{})
	if err != nil {
		found.Failure = err.Error()
		return found
	}
	effective, err := chartutil.CoalesceValues(loaded, overrides)
	if err != nil {
		found.Failure = err.Error()
		return found
	}
	if found.Missing = complete(loaded, asked.Chart, effective, asked.Others, 0); len(found.Missing) > 0 {
		return found
	}
	version, err := chartutil.ParseKubeVersion(asked.KubeVersion)
	if err != nil {
		found.Failure = err.Error()
		return found
	}
	install := action.NewInstall(&action.Configuration{Log: func(string, ...interface{}) {}})
	install.ClientOnly, install.DryRun, install.Replace, install.IncludeCRDs = true, true, true, true
	install.ReleaseName, install.Namespace, install.KubeVersion = asked.Release, asked.Namespace, version
	release, err := install.Run(loaded, overrides)
	if err != nil {
		found.Failure = err.Error()
		return found
	}
	var manifests strings.Builder
	manifests.WriteString(release.Manifest)
	for _, hook := range release.Hooks {
		fmt.Fprintf(&manifests, "---\n# Source: %s\n%s\n", hook.Path, hook.Manifest)
	}
	found.Manifests = manifests.String()
	return found
}

// complete adds the dependencies that are declared but not in the chart's folder, and names those it does not find.
// Helm itself would take them from a registry.
func complete(loaded *chart.Chart, folder string, effective chartutil.Values, others []string, depth int) []string {
	names := []string{}
	if depth > maxDepth {
		return names
	}
	for _, vendored := range loaded.Dependencies() {
		own := filepath.Join(folder, "charts", vendored.Name())
		names = append(names, complete(vendored, own, vendored.Values, others, depth+1)...)
	}
	for _, declared := range loaded.Metadata.Dependencies {
		if isThere(loaded, declared.Name) || isSwitchedOff(declared, effective) {
			continue
		}
		dependency, at := find(declared, folder, others)
		if dependency == nil {
			names = append(names, declared.Name)
			continue
		}
		names = append(names, complete(dependency, at, dependency.Values, others, depth+1)...)
		loaded.AddDependency(dependency)
	}
	return names
}

func isThere(loaded *chart.Chart, name string) bool {
	for _, dependency := range loaded.Dependencies() {
		if dependency.Name() == name {
			return true
		}
	}
	return false
}

// isSwitchedOff does what processDependencyConditions of helm.sh/helm/v3/pkg/chartutil does: the first path decides
// that has a value.
func isSwitchedOff(declared *chart.Dependency, effective chartutil.Values) bool {
	for _, path := range strings.Split(declared.Condition, ",") {
		value, err := effective.PathValue(strings.TrimSpace(path))
		if enabled, ok := value.(bool); err == nil && ok {
			return !enabled
		}
	}
	return false
}

func find(declared *chart.Dependency, folder string, others []string) (*chart.Chart, string) {
	if path, ok := strings.CutPrefix(declared.Repository, "file://"); ok {
		others = []string{filepath.Join(folder, path)}
	}
	for _, other := range others {
		metadata, err := chartutil.LoadChartfile(filepath.Join(other, chartutil.ChartfileName))
		if err != nil || metadata.Name != declared.Name || !chartutil.IsCompatibleRange(declared.Version, metadata.Version) {
			continue
		}
		if found, err := loader.Load(other); err == nil {
			return found, other
		}
	}
	return nil, ""
}
