import path from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

// What the provider would create is written to a folder instead of a cluster.
const renderTo = new pulumi.Config().require("renderTo");
const provider = new k8s.Provider("cluster", { renderYamlToDirectory: renderTo });

const shop = new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } }, { provider });
const inShop = { namespace: shop.metadata.name };

const settings = new k8s.core.v1.ConfigMap(
    "settings",
    { metadata: { name: "settings", ...inShop }, data: { currency: "EUR" } },
    { provider },
);

// The output of the ConfigMap for its name: the application comes after it.
new k8s.apps.v1.Deployment(
    "cart",
    {
        metadata: { name: "cart", ...inShop },
        spec: {
            selector: { matchLabels: { app: "cart" } },
            template: {
                metadata: { labels: { app: "cart" } },
                spec: {
                    containers: [
                        {
                            name: "web",
                            image: "registry.example.com/shop/cart:1.4.2",
                            env: [
                                {
                                    name: "CURRENCY",
                                    valueFrom: { configMapKeyRef: { name: settings.metadata.name, key: "currency" } },
                                },
                                { name: "OWN_ADDRESS", value: "http://cart" },
                            ],
                        },
                    ],
                },
            },
        },
    },
    { provider },
);

// The application says the name of its own Service as a text, so that neither waits for the other.
new k8s.core.v1.Service(
    "cartService",
    { metadata: { name: "cart", ...inShop }, spec: { selector: { app: "cart" }, ports: [{ name: "http", port: 80 }] } },
    { provider },
);

const orders = new k8s.apps.v1.StatefulSet(
    "orders",
    {
        metadata: { name: "orders", ...inShop },
        spec: {
            serviceName: "orders",
            selector: { matchLabels: { app: "orders" } },
            template: {
                metadata: { labels: { app: "orders" } },
                spec: { containers: [{ name: "db", image: "registry.example.com/shop/orders:2.0.1" }] },
            },
        },
    },
    { provider },
);

// A headless Service gives the pods their names; Pulumi does not wait for them here.
new k8s.core.v1.Service(
    "ordersService",
    {
        metadata: { name: "orders", ...inShop },
        spec: { clusterIP: "None", selector: { app: "orders" }, ports: [{ name: "sql", port: 5432 }] },
    },
    { provider },
);

// It starts when the database is ready.
new k8s.batch.v1.Job(
    "migrate",
    {
        metadata: { name: "migrate", ...inShop },
        spec: {
            template: {
                spec: {
                    restartPolicy: "Never",
                    containers: [{ name: "migrate", image: "registry.example.com/shop/migrate:1.0.0" }],
                },
            },
        },
    },
    { provider, dependsOn: [orders] },
);

const mail = new k8s.core.v1.Namespace("mailNamespace", { metadata: { name: "mail" } }, { provider });

// The output of the Namespace for its name: Helm comes after it.
new k8s.helm.v3.Release(
    "mail",
    { name: "mail", chart: path.join(__dirname, "mail"), namespace: mail.metadata.name },
    { provider },
);

const mailboxes = new k8s.apiextensions.v1.CustomResourceDefinition(
    "mailboxes",
    {
        metadata: { name: "mailboxes.mail.example.com" },
        spec: {
            group: "mail.example.com",
            names: { kind: "Mailbox", plural: "mailboxes" },
            scope: "Namespaced",
            versions: [
                {
                    name: "v1",
                    served: true,
                    storage: true,
                    schema: {
                        openAPIV3Schema: {
                            type: "object",
                            properties: { spec: { type: "object", properties: { address: { type: "string" } } } },
                        },
                    },
                },
            ],
        },
    },
    { provider },
);

// The API server knows the kind once the definition is there.
new k8s.apiextensions.CustomResource(
    "receipts",
    {
        apiVersion: "mail.example.com/v1",
        kind: "Mailbox",
        metadata: { name: "receipts", namespace: mail.metadata.name },
        spec: { address: "receipts@shop.example.com" },
    },
    { provider, dependsOn: [mailboxes] },
);
