{{- define "wharden.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "wharden.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "wharden.labels" -}}
{{ include "wharden.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "wharden.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{- define "wharden.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ .Values.serviceAccount.name | default (include "wharden.name" .) }}{{ else }}{{ .Values.serviceAccount.name | default "default" }}{{ end }}
{{- end }}

{{- define "wharden.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "wharden.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* Settings: the chart's own first, so that `settings` has the last word. Secrets are files of the Secret. */}}
{{- define "wharden.environment" -}}
- { name: WHARDEN_HOST, value: {{ .Values.host | quote }} }
- { name: WHARDEN_ORIGINS, value: {{ printf "https://%s" .Values.host | quote }} }
- { name: WHARDEN_HTTPS_PORT, value: 'off' }
- { name: WHARDEN_METRICS_LISTEN, value: 0.0.0.0 }
- { name: WHARDEN_TRUSTED_PROXIES, value: {{ join "," .Values.trustedProxies | quote }} }
- { name: WHARDEN_DRAIN_SECONDS, value: {{ .Values.drainSeconds | quote }} }
- { name: WHARDEN_GRACE_SECONDS, value: {{ .Values.graceSeconds | quote }} }
- { name: WHARDEN_DATABASE_URL_FILE, value: /secrets/database-url }
- { name: WHARDEN_SEAL_KEY_FILE, value: /secrets/seal-key }
{{- with .Values.s3 }}
- { name: WHARDEN_S3_BUCKET, value: {{ .bucket | quote }} }
{{- with .endpoint }}
- { name: WHARDEN_S3_ENDPOINT, value: {{ . | quote }} }
{{- end }}
{{- with .region }}
- { name: WHARDEN_S3_REGION, value: {{ . | quote }} }
{{- end }}
{{- if .pathStyle }}
- { name: WHARDEN_S3_PATH_STYLE, value: 'on' }
{{- end }}
{{- if .keysInSecret }}
- { name: WHARDEN_S3_ACCESS_KEY_ID_FILE, value: /secrets/s3-access-key-id }
- { name: WHARDEN_S3_SECRET_ACCESS_KEY_FILE, value: /secrets/s3-secret-access-key }
{{- end }}
{{- end }}
{{- range $name, $value := .Values.settings }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}

{{- define "wharden.mounts" -}}
- { name: secrets, mountPath: /secrets, readOnly: true }
- { name: data, mountPath: /data }
- { name: tmp, mountPath: /tmp }
{{- end }}

{{/* All that is worth keeping is in the database and the bucket. */}}
{{- define "wharden.volumes" -}}
- name: secrets
  secret: { secretName: {{ .Values.existingSecret }}, defaultMode: 0440 }
- name: data
  emptyDir: { medium: Memory, sizeLimit: 16Mi }
- name: tmp
  emptyDir: { medium: Memory, sizeLimit: 64Mi }
{{- end }}
