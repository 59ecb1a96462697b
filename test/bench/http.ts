// One whole HTTP command (token, validation, two streams folded, decision, append, answer) beside a bare Fastify
// route that does the same insert. Both are processes of their own, loaded in turns by one client.
import { ApiProcess, temporaryFolder } from '../e2e/api-process.js';
import { addDays, type CalendarDate } from '#kernel';
import { done, importRegister, peopleOf, programme } from '../e2e/scenario.js';
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const WRITERS = 16;
const ROUNDS = 9;
const REQUESTS = 200;
const WARM_UP = 2;

export interface HttpResult {
  readonly writers: number;
  readonly rounds: number;
  /** Medians over the rounds, in requests a second. */
  readonly commandPerSecond: number;
  readonly barePerSecond: number;
  /** Median of the command's rate as a share of the median of the bare route's. */
  readonly ratio: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: WRITERS });

function post(url: string, token: string, body: unknown): Promise<void> {
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    authorization: `Bearer ${token}`,
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      const ok = answer.statusCode === 200 || answer.statusCode === 201;
      answer.resume();
      answer.once('end', () => (ok ? resolve() : reject(new Error(`${url} answers ${answer.statusCode}`))));
    });
    sent.once('error', reject);
    sent.end(text);
  });
}

/** Requests a second, with `WRITERS` under way at any time. */
async function rate(send: (index: number) => Promise<void>): Promise<number> {
  const started = performance.now();
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < REQUESTS) await send(next++);
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return (REQUESTS / (performance.now() - started)) * 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function bareServer(folder: string): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./bare-server.js', import.meta.url)), folder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const url = await new Promise<string>((resolve) => {
    child.stdout.on('data', (text: Buffer) => resolve(/http:\S+/.exec(text.toString())![0]));
  });
  return { url, child };
}

export async function measureHttp(): Promise<HttpResult> {
  const [ours, theirs] = [await temporaryFolder(), await temporaryFolder()];
  const api = await ApiProcess.start(ours.path);
  const bare = await bareServer(theirs.path);
  try {
    const people = await peopleOf(api);
    const token = await api.token('sam', 'operations');
    const urns = Array.from({ length: ROUNDS * REQUESTS + WARM_UP * REQUESTS }, (_, index) =>
      String(200_000 + index),
    );
    await importRegister(people, urns);
    done(await people.operations.post('/api/v1/programmes', quietProgramme()));
    let next = 0;
    const enrol = async (): Promise<void> => {
      while (next < urns.length)
        done(await people.operations.post('/api/v1/programmes/bench/participations', { urn: urns[next++] }));
    };
    await Promise.all(Array.from({ length: WRITERS }, enrol));
    await api.ready();
    // What follows from the enrolments is done before the clock starts: both servers are then idle but for the load.
    await new Promise((wake) => setTimeout(wake, 3000));
    const commands: number[] = [];
    const bares: number[] = [];
    for (let round = -WARM_UP; round < ROUNDS; round += 1) {
      const first = (round + WARM_UP) * REQUESTS;
      const command = await rate((index) =>
        post(`${api.url}/api/v1/programmes/bench/settings/${urns[first + index]}/audit/start`, token, {}),
      );
      const bareRate = await rate((index) =>
        post(`${bare.url}/insert`, token, bareEvent(urns[first + index]!)),
      );
      if (round < 0) continue;
      commands.push(command);
      bares.push(bareRate);
    }
    const [commandPerSecond, barePerSecond] = [median(commands), median(bares)];
    return {
      writers: WRITERS,
      rounds: ROUNDS,
      commandPerSecond,
      barePerSecond,
      ratio: commandPerSecond / barePerSecond,
    };
  } finally {
    agent.destroy();
    bare.child.kill('SIGTERM');
    await api.stop();
    await ours.remove();
    await theirs.remove();
  }
}

/** Nothing is due in it yet: while the clock runs, no reminder is sent. */
function quietProgramme(): object {
  const form = programme('bench', 100_000_000_000);
  const [opensOn, dueOn, closesOn] = [30, 40, 50].map((days) =>
    addDays(form.startsOn as CalendarDate, 90 + days),
  );
  return { ...form, reportWindows: [{ number: 1, opensOn, dueOn, closesOn }] };
}

/** A row as long as that of the command's event. */
function bareEvent(urn: string): object {
  const id = randomUUID();
  const data = {
    programmeId: 'bench',
    urn,
    cycle: '1',
    participation: `{"eventId":"${id}","stream":"participation-bench.${urn}","revision":"0","type":"SettingEnrolled"}`,
  };
  const metadata = {
    schemaVersion: '1',
    occurredAt: new Date().toISOString(),
    recordedAt: new Date().toISOString(),
    actor: `{"issuer":"urn:tranche:local","subject":"sam","role":"operations","authentication":{"method":"bearer-token","keyId":"${id}","tokenId":"${id}"}}`,
    commandId: id,
    correlationId: id,
    causationId: id,
  };
  return { stream: `audit-bench.${urn}.1`, id, data, metadata };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(JSON.stringify(await measureHttp(), null, 2));
}
