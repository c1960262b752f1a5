/*!
 * Portions are translated from go-yaml and libyaml:
 * Copyright 2011-2016 Canonical Ltd. Licensed under the Apache License, Version 2.0.
 * Copyright (c) 2006-2010 Kirill Simonov. Licensed under the MIT License.
 */
import { YamlProblem } from "./source";
import { type ParsedDocument, parseDocument, parseYaml } from "./values";

/**
 * YAML as Kubernetes reads it, down to the texts that it refuses: everything there goes through go-yaml, whose scanner
 * is a translation of libyaml. Other libraries differ from it in what ends a line, where a flow list may be closed,
 * which keys merge and in what order, what is a boolean or a number, and in which of equal keys counts.
 *
 * Translated from sigs.k8s.io/yaml v1.4.0: the folder goyaml.v2, and yaml.go beside it.
 */
export { type AliasNode, type CollectionNode, type Composition, compose, type Node, type ScalarNode } from "./composer";
export { type ParsedDocument, parseDocument, parseYaml, YamlProblem };

/**
 * Reads the first document of a text; undefined when Kubernetes would refuse it. In what is built, this is a file of
 * its own that is loaded when the first text is read: most boots read none.
 */
export function readYaml(text: string): { readonly value: unknown } | undefined {
    try {
        return { value: parseYaml(text) };
    } catch (problem) {
        if (problem instanceof YamlProblem) return undefined;
        throw problem;
    }
}
