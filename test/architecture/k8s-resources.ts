// As much of each kind of resource as our rules look at; whatever may be left out may be missing.

export type Labels = Readonly<Record<string, string>>;
export interface Selector {
  readonly matchLabels?: Labels;
}

export interface Resource {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Labels;
  readonly spec?: unknown;
}

interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port?: string };
}
export interface Container {
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  };
}
export interface Pod {
  readonly automountServiceAccountToken?: boolean;
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly seccompProfile?: { readonly type?: string };
  };
  readonly containers: readonly [Container, ...Container[]];
}
export interface Deployment {
  readonly replicas?: number;
  readonly selector: Selector;
  readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod };
}
export interface Service {
  readonly selector: Labels;
  readonly ports: readonly { readonly targetPort: string }[];
}
export interface DisruptionBudget {
  readonly minAvailable: number;
  readonly selector: Selector;
}
export interface NetworkPolicy {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress?: unknown;
}
export interface Redis {
  readonly kubernetesConfig?: { readonly redisSecret?: unknown };
  readonly redisConfig?: { readonly additionalRedisConfig?: string };
  readonly storage?: unknown;
}
export interface KurrentDb {
  readonly replicas: number;
  readonly image: string;
  readonly security?: { readonly certificateSecret?: unknown };
  readonly users?: { readonly adminPasswordSecret?: unknown; readonly opsPasswordSecret?: unknown };
}
export interface MongoDbCommunity {
  readonly members: number;
  readonly security?: { readonly authentication?: { readonly modes?: readonly string[] } };
  readonly users?: readonly { readonly roles: readonly { readonly name: string; readonly db: string }[] }[];
}
