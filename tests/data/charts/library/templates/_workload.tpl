{{- define "library.workload" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-{{ .Chart.Name | trunc 20 }}
  labels: { app.kubernetes.io/name: {{ .Release.Name }}-{{ .Chart.Name | trunc 20 }} }
spec:
  replicas: 2
  selector: { matchLabels: { app.kubernetes.io/name: {{ .Release.Name }}-{{ .Chart.Name | trunc 20 }} } }
  template:
    metadata:
      labels: { app.kubernetes.io/name: {{ .Release.Name }}-{{ .Chart.Name | trunc 20 }} }
    spec:
      automountServiceAccountToken: false
      securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: web
          image: {{ .Values.image }}
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /ready, port: http } }
          livenessProbe: { httpGet: { path: /alive, port: http } }
          resources: { requests: { cpu: 50m, memory: 64Mi }, limits: { memory: 64Mi } }
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
{{- end -}}
