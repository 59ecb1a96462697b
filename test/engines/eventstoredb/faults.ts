import { Metadata, status, type ServerErrorResponse } from '@grpc/grpc-js';

/** What happens to the next appends instead of an answer. */
export interface AppendFault {
  /** `silence`: no answer until the deadline has passed. `unavailable`: gRPC 14. `not-leader`: another one leads. */
  readonly how: 'silence' | 'unavailable' | 'not-leader';
  /** Whether it is written all the same. */
  readonly written: boolean;
  readonly times: number;
}

/** The cluster as this node sees it; a single node leads itself. */
export interface Members {
  readonly ports: readonly number[];
  /** Absent while nobody has been elected. */
  readonly leader?: number;
}

export type Instruction =
  | { readonly kind: 'fail-appends'; readonly fault: AppendFault }
  | { readonly kind: 'cut-streams' }
  | { readonly kind: 'members'; readonly members: Members };

/** What a double has been told to do wrong. */
export class Faults {
  private readonly appends: AppendFault[] = [];
  private readonly streams = new Set<() => void>();
  members: Members;

  constructor(readonly port: number) {
    this.members = { ports: [port], leader: port };
  }

  follow(instruction: Instruction): void {
    if (instruction.kind === 'fail-appends') {
      this.appends.push(...Array<AppendFault>(instruction.fault.times).fill(instruction.fault));
    }
    if (instruction.kind === 'members') this.members = instruction.members;
    if (instruction.kind === 'cut-streams') for (const cut of [...this.streams]) cut();
  }

  /** What is to happen to an append that has just arrived. */
  nextAppend(requiresLeader: boolean): AppendFault | undefined {
    const { leader } = this.members;
    if (leader === undefined) return { how: 'silence', written: false, times: 1 };
    if (leader !== this.port && requiresLeader) return { how: 'not-leader', written: false, times: 1 };
    return this.appends.shift();
  }

  /** Refuses a read that only the leader may answer. */
  refusedRead(requiresLeader: boolean): Partial<ServerErrorResponse> | undefined {
    const { leader } = this.members;
    if (!requiresLeader || leader === this.port) return undefined;
    return leader === undefined ? unavailable('nobody leads') : this.notLeader();
  }

  notLeader(): Partial<ServerErrorResponse> {
    const metadata = new Metadata();
    metadata.set('exception', 'not-leader');
    metadata.set('leader-endpoint-host', '127.0.0.1');
    metadata.set('leader-endpoint-port', String(this.members.leader ?? this.port));
    return { code: status.NOT_FOUND, details: 'Leader info available', metadata };
  }

  /** @returns forgets the stream */
  isStreaming(cut: () => void): () => void {
    this.streams.add(cut);
    return () => this.streams.delete(cut);
  }
}

export function unavailable(details: string): Partial<ServerErrorResponse> {
  return { code: status.UNAVAILABLE, details };
}

export function requiresLeader(metadata: Metadata): boolean {
  return metadata.get('requires-leader').includes('true');
}
