import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiProcess, Client } from '../e2e/api-process.js';
import {
  completedAudit,
  done,
  importRegister,
  peopleOf,
  plan,
  programme,
  type People,
} from '../e2e/scenario.js';

const URNS = Array.from({ length: 60 }, (_, index) => String(140_001 + index));
const AT_ONCE = 4;
const ASKED_AGAIN_AFTER = 25;
/** No engine or process is away for longer; whoever is still refused then would give up, and so does the test. */
const LONGEST_MILLISECONDS = 60_000;

/** What a person does for a setting, from enrolment to an approved plan. */
const STEPS = [
  ['operations', 'participations', 'SettingEnrolled'],
  ['setting', 'audit/start', 'AuditStarted'],
  ['setting', 'audit/complete', 'AuditCompleted'],
  ['setting', 'plan/submit', 'ActionPlanSubmitted'],
  ['approver', 'plan/approve', 'ActionPlanApproved'],
] as const;
export const STEP_EVENTS = STEPS.map(([, , type]) => type);

/**
 * People at work over HTTP while processes and engines come and go. Whoever gets no answer, or is told that something
 * is not available, asks again with the same key until it is done, as the API says one may.
 */
export class PeopleAtWork {
  /** The ids of events that were acknowledged, in any order. */
  readonly acknowledged: string[] = [];
  /** `<programme>.<urn>` of each setting that was taken through every step. */
  readonly finished: string[] = [];
  /** Codes of the refusals that made somebody ask again, and how often. */
  readonly refusals = new Map<string, number>();
  /** How often there was no answer at all. */
  unanswered = 0;

  private constructor(private readonly people: People) {}

  /** @param api must listen on the same port whenever it is started again */
  static async begin(api: ApiProcess): Promise<PeopleAtWork> {
    const people = await peopleOf(api);
    await importRegister(people, URNS);
    return new PeopleAtWork(people);
  }

  /** Until `signal` is aborted; what has been begun for a setting is ended. */
  async work(signal: AbortSignal): Promise<void> {
    for (let number = 1; !signal.aborted; number += 1) {
      const id = `load-${number}`;
      await this.ask(this.people.operations, '/api/v1/programmes', programme(id, 100_000_000));
      const left = [...URNS];
      const one = async (): Promise<void> => {
        for (let urn = left.pop(); urn !== undefined && !signal.aborted; urn = left.pop()) {
          await this.takeThrough(id, urn);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, one));
    }
  }

  private async takeThrough(id: string, urn: string): Promise<void> {
    for (const [who, step] of STEPS) {
      const body = { participations: { urn }, 'audit/complete': completedAudit, 'plan/submit': plan }[
        step as string
      ];
      const path = step === 'participations' ? step : `settings/${urn}/${step}`;
      await this.ask(this.people[who], `/api/v1/programmes/${id}/${path}`, body ?? {});
    }
    this.finished.push(`${id}.${urn}`);
  }

  private async ask(client: Client, path: string, body: object): Promise<void> {
    const headers = { 'idempotency-key': randomUUID() };
    const deadline = Date.now() + LONGEST_MILLISECONDS;
    for (;;) {
      const answer = await client.post(path, body, headers).catch(() => undefined);
      if (answer === undefined) this.unanswered += 1;
      // 500: an answer to a write was lost, and the API says to find out with the same key.
      else if (answer.status === 503 || answer.body.code === 'SERVER.FAILED') {
        const code = String(answer.body.code);
        this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
      } else {
        this.acknowledged.push(...(done(answer).body.events as { id: string }[]).map(({ id }) => id));
        return;
      }
      if (Date.now() > deadline) throw new Error(`${path}: not done in ${LONGEST_MILLISECONDS} ms`);
      await sleep(ASKED_AGAIN_AFTER);
    }
  }
}
