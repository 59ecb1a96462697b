// The protocol double of EventStoreDB, as a process of its own: told what to do wrong by its parent.
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
  DeleteReq,
  DeleteResp,
  ReadReq,
  ReadResp,
  TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import {
  type Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import { readFileSync } from 'node:fs';
import { Appending } from './appending.js';
import { Deleting } from './deleting.js';
import { DoubleLog } from './double-log.js';
import { Faults, type Instruction } from './faults.js';
import { uuidOf } from './messages.js';
import { Reading } from './reading.js';

export interface DoubleOptions {
  readonly path: string;
  readonly port: number;
  /** As the server tells it; absent: a server too old to tell. */
  readonly version?: string;
  /** With TLS, the credentials that every call must carry. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly credentials: string };
}

export type FromDouble = { readonly kind: 'ready' } | { readonly kind: 'done' };

const LARGEST_MESSAGE = 16 * 1024 * 1024;
const options = JSON.parse(process.argv[2] ?? '{}') as DoubleOptions;
const log = await DoubleLog.open(options.path);
const faults = new Faults(options.port);
const appending = new Appending(log, faults);
const deleting = new Deleting(log);
const reading = new Reading(log, faults);

function supportedMethods(
  _: unknown,
  answer: sendUnaryData<InstanceType<typeof features.SupportedMethods>>,
): void {
  if (options.version === undefined)
    return answer({ code: status.UNIMPLEMENTED, details: 'unknown service' });
  const message = new features.SupportedMethods();
  message.setEventStoreServerVersion(options.version);
  for (const name of ['Append', 'BatchAppend', 'Read']) {
    const method = new features.SupportedMethod();
    method.setServiceName('event_store.client.streams.streams');
    method.setMethodName(name.toLowerCase());
    message.addMethods(method);
  }
  answer(null, message);
}

function members(_: unknown, answer: sendUnaryData<InstanceType<typeof gossip.ClusterInfo>>): void {
  const { VNodeState } = gossip.MemberInfo;
  const info = new gossip.ClusterInfo();
  for (const port of faults.members.ports) {
    const endpoint = new gossip.EndPoint();
    endpoint.setAddress('127.0.0.1');
    endpoint.setPort(port);
    const member = new gossip.MemberInfo();
    member.setInstanceId(uuidOf('00000000-0000-0000-0000-000000000000'));
    member.setTimeStamp('0');
    member.setState(port === faults.members.leader ? VNodeState.LEADER : VNodeState.FOLLOWER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endpoint);
    info.addMembers(member);
  }
  answer(null, info);
}

function isAllowed(metadata: Metadata): boolean {
  if (options.tls === undefined) return true;
  const expected = `Basic ${Buffer.from(options.tls.credentials).toString('base64')}`;
  return metadata.get('authorization').includes(expected);
}

const denied = { code: status.UNAUTHENTICATED, details: 'AccessDenied' };

const server = new Server({ 'grpc.max_receive_message_length': LARGEST_MESSAGE });
server.addService(ServerFeaturesService, { getSupportedMethods: supportedMethods });
server.addService(GossipService, { read: members });
server.addService(StreamsService, {
  read: (call: ServerWritableStream<ReadReq, ReadResp>) =>
    isAllowed(call.metadata) ? void reading.read(call) : call.emit('error', denied),
  append: (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>) =>
    isAllowed(call.metadata) ? void appending.unary(call, answer).catch(() => undefined) : answer(denied),
  batchAppend: (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) =>
    isAllowed(call.metadata) ? appending.batches(call) : call.emit('error', denied),
  delete: (call: ServerUnaryCall<DeleteReq, DeleteResp>, answer: sendUnaryData<DeleteResp>) =>
    isAllowed(call.metadata) ? void deleting.soft(call.request, answer) : answer(denied),
  tombstone: (call: ServerUnaryCall<TombstoneReq, TombstoneResp>, answer: sendUnaryData<TombstoneResp>) =>
    isAllowed(call.metadata) ? deleting.tombstone(call.request, answer) : answer(denied),
});

function tell(message: FromDouble): void {
  process.send?.(message);
}

function credentials(): ServerCredentials {
  if (options.tls === undefined) return ServerCredentials.createInsecure();
  const pair = {
    cert_chain: readFileSync(options.tls.certificate),
    private_key: readFileSync(options.tls.key),
  };
  return ServerCredentials.createSsl(null, [pair]);
}

process.on('message', (instruction: Instruction) => {
  faults.follow(instruction);
  tell({ kind: 'done' });
});
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => {
  server.forceShutdown();
  void log.store.close().then(() => process.exit(0));
});
server.bindAsync(`127.0.0.1:${options.port}`, credentials(), (error) => {
  if (error !== null) throw error;
  tell({ kind: 'ready' });
});
