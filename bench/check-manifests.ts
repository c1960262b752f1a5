/** The manifests of one application: eight objects that violate little, as a chart renders them. */
export function application(index: number): string {
    const name = `app-${index}`;
    const meta = (more = "") =>
        `  name: ${name}\n  namespace: team-${index % 50}\n  labels:\n    app.kubernetes.io/name: ${name}\n${more}`;
    const documents = [
        `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n${meta()}automountServiceAccountToken: false\n`,
        `apiVersion: v1\nkind: ConfigMap\nmetadata:\n${meta()}data:\n  LOG_LEVEL: info\n  ENDPOINT: http://${name}-backend:8080\n`,
        `apiVersion: v1\nkind: Secret\nmetadata:\n${meta()}type: Opaque\ndata:\n  token: c2VjcmV0\n`,
        `apiVersion: v1\nkind: Service\nmetadata:\n${meta()}spec:\n  selector:\n    app.kubernetes.io/name: ${name}\n  ports:\n    - name: http\n      port: 80\n      targetPort: http\n`,
        `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n${meta()}spec:\n  replicas: 2\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: ${name}\n  template:\n    metadata:\n      labels:\n        app.kubernetes.io/name: ${name}\n    spec:\n      serviceAccountName: ${name}\n      automountServiceAccountToken: false\n      containers:\n        - name: web\n          image: registry.example.com/shop/${name}:1.27.3\n          ports:\n            - name: http\n              containerPort: 8080\n          envFrom:\n            - configMapRef:\n                name: ${name}\n          env:\n            - name: API_TOKEN\n              valueFrom:\n                secretKeyRef:\n                  name: ${name}\n                  key: token\n          resources:\n            requests:\n              cpu: 100m\n              memory: 128Mi\n            limits:\n              memory: 256Mi\n          readinessProbe:\n            httpGet:\n              path: /ready\n              port: http\n          livenessProbe:\n            httpGet:\n              path: /live\n              port: http\n            initialDelaySeconds: 20\n          securityContext:\n            allowPrivilegeEscalation: false\n            readOnlyRootFilesystem: true\n            runAsNonRoot: true\n            runAsUser: 10001\n            capabilities:\n              drop:\n                - ALL\n            seccompProfile:\n              type: RuntimeDefault\n          volumeMounts:\n            - name: tmp\n              mountPath: /tmp\n      volumes:\n        - name: tmp\n          emptyDir: {}\n`,
        `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n${meta()}spec:\n  ingressClassName: nginx\n  tls:\n    - hosts:\n        - ${name}.example.com\n      secretName: ${name}-tls\n  rules:\n    - host: ${name}.example.com\n      http:\n        paths:\n          - path: /\n            pathType: Prefix\n            backend:\n              service:\n                name: ${name}\n                port:\n                  name: http\n`,
        `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n${meta()}spec:\n  maxUnavailable: 1\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: ${name}\n`,
        `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n${meta()}spec:\n  podSelector:\n    matchLabels:\n      app.kubernetes.io/name: ${name}\n  policyTypes:\n    - Ingress\n  ingress:\n    - ports:\n        - port: http\n`,
    ];
    return documents.map(document => `---\n${document}`).join("");
}

/** Rules for conftest of the kind that the check makes, as few as a team begins with. */
export const CONFTEST_RULES = `package main
import rego.v1
containers contains container if some container in input.spec.template.spec.containers
deny contains msg if { input.kind == "Pod"; msg := "a naked pod" }
deny contains msg if { some container in containers; not container.readinessProbe; msg := "no readiness probe" }
deny contains msg if { some container in containers; endswith(container.image, ":latest"); msg := "a mutable tag" }
deny contains msg if { some container in containers; not container.resources.requests; msg := "no requests" }
deny contains msg if { input.kind == "Deployment"; not input.metadata.labels["app.kubernetes.io/name"]; msg := "no name" }
`;
