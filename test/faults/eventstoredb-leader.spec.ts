import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDouble } from '../engines/eventstoredb/eventstoredb-double.js';
import { findingsOf, Load } from './eventstoredb.harness.js';

/** Three doubles on one log: who leads is what they are told. */
class Cluster {
  private constructor(
    readonly nodes: EventStoreDouble[],
    private readonly folder: string,
  ) {}

  static async start(): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), 'tranche-cluster-of-doubles-'));
    const nodes: EventStoreDouble[] = [];
    for (let n = 0; n < 3; n += 1) nodes.push(await EventStoreDouble.start({ folder }));
    const cluster = new Cluster(nodes, folder);
    await cluster.elect(nodes[0]);
    return cluster;
  }

  get url(): string {
    const hosts = this.nodes.map((node) => `127.0.0.1:${node.port}`).join(',');
    return `esdb://${hosts}?tls=false&nodePreference=leader`;
  }

  /** Nobody leads when there is none. */
  async elect(leader?: EventStoreDouble): Promise<void> {
    const ports = this.nodes.map((node) => node.port);
    const members = { ports, ...(leader === undefined ? {} : { leader: leader.port }) };
    for (const node of this.nodes) await node.setMembers(members);
  }

  async remove(): Promise<void> {
    for (const node of this.nodes) await node.remove();
    rmSync(this.folder, { recursive: true });
  }
}

describe('the EventStoreDB adapter, in a cluster of protocol doubles', () => {
  it('follows when another node is elected, and when the leader is killed: nothing lost, nothing twice', async () => {
    const cluster = await Cluster.start();
    try {
      const load = await Load.start({ url: cluster.url, writers: 8, deadlineMilliseconds: 1000 });
      await sleep(700);
      await cluster.elect(cluster.nodes[1]);
      await sleep(1000);
      await cluster.nodes[1]!.kill();
      cluster.nodes.splice(1, 1);
      await cluster.elect();
      await sleep(1500);
      await cluster.elect(cluster.nodes[1]);
      await sleep(3000);
      const report = await load.finish();
      expect(report.failed).toEqual([]);
      expect(report.longest).toBeGreaterThan(1000);
      const findings = await findingsOf(cluster.url, report);
      expect(findings.acknowledged).toBeGreaterThan(200);
      expect(findings).toMatchObject({ lost: [], twice: [], unheard: [], isHeardInOrder: true });
    } finally {
      await cluster.remove();
    }
  });

  it('waits while no node is there at all, and goes on when they are back', async () => {
    const cluster = await Cluster.start();
    try {
      const load = await Load.start({ url: cluster.url, writers: 8, deadlineMilliseconds: 1000 });
      await sleep(700);
      await Promise.all(cluster.nodes.map((node) => node.kill()));
      // Longer than the client takes to give up discovering the cluster.
      await sleep(3000);
      await Promise.all(cluster.nodes.map((node) => node.start()));
      await cluster.elect(cluster.nodes[2]);
      await sleep(3000);
      const report = await load.finish();
      expect(report.failed).toEqual([]);
      const findings = await findingsOf(cluster.url, report);
      expect(findings).toMatchObject({ lost: [], twice: [], unheard: [], isHeardInOrder: true });
    } finally {
      await cluster.remove();
    }
  });
});
