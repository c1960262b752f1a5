"""A Pod that no controller owns, as a Pulumi program in Python."""

import pulumi
import pulumi_kubernetes as k8s

cluster = k8s.Provider("cluster", render_yaml_to_directory=pulumi.Config().require("renderTo"))
namespace = k8s.core.v1.Namespace(
    "shop",
    metadata={"name": "shop"},
    opts=pulumi.ResourceOptions(provider=cluster),
)
k8s.core.v1.Pod(
    "migration",
    metadata={"name": "migration", "namespace": namespace.metadata.name},
    spec=k8s.core.v1.PodSpecArgs(
        containers=[
            k8s.core.v1.ContainerArgs(
                name="migration",
                image="registry.example.com/migration:1.4.2",
                readiness_probe=k8s.core.v1.ProbeArgs(tcp_socket=k8s.core.v1.TCPSocketActionArgs(port=8080)),
            )
        ]
    ),
    opts=pulumi.ResourceOptions(provider=cluster),
)
