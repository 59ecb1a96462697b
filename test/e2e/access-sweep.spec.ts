// Every route that the API's own description has: none shows or changes another setting's, whatever is added to it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Client } from './api-process.js';
import { Installation } from './installation.js';
import { done, drawDownFirst, importRegister, peopleOf, programme, type People } from './scenario.js';

interface Schema {
  readonly $ref?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly operation: Operation;
}

const [OWN, OTHER, FURTHER] = ['194001', '194002', '194003'] as const;
const SETTINGS_OF = { setting: [OWN], adviser: [OWN, FURTHER] };
let installation: Installation;
let people: People;
let limited: readonly (readonly [string, Client])[];
let description: Description;

beforeAll(async () => {
  installation = await Installation.open();
  people = await peopleOf(installation.api);
  limited = await Promise.all(
    Object.entries(SETTINGS_OF).map(
      async ([role, urns]) => [role, await installation.api.as('sam', role, urns)] as const,
    ),
  );
  await importRegister(people, [OWN, OTHER, FURTHER]);
  done(await people.operations.post('/api/v1/programmes', programme('sweep', 30_000_000)));
  for (const urn of [OWN, OTHER, FURTHER]) await drawDownFirst(people, '/api/v1/programmes/sweep', urn);
  const { position } = done(
    await people.operations.post('/api/v1/programmes/sweep/pause', { reason: 'x' }),
  ).body;
  // So that every read model has seen what was done.
  for (const list of ['participations', 'reports', 'tranches', 'ledger', 'reminders', 'work-lists']) {
    done(await people.operations.get(`/api/v1/programmes/sweep/${list}?atLeast=${String(position)}`));
  }
  description = done(await people.operations.get('/openapi.json')).body as Description;
});
afterAll(() => installation.close());

/** What a parameter of this name is, about this setting. */
const valuesOf = ({ name, schema }: Parameter, urn: string): readonly string[] =>
  schema.enum ?? [
    { urn, trancheId: `sweep.${urn}.1`, programmeId: 'sweep', sha256: 'a'.repeat(64) }[name] ?? '1',
  ];

function bodyOf({ requestBody }: Operation): Schema | undefined {
  const schema = requestBody?.content['application/json']?.schema;
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? schema : description.components.schemas[name];
}

const namesSetting = (operation: Operation): boolean =>
  (operation.parameters ?? []).some(({ name }) => name === 'urn' || name === 'trancheId') ||
  Object.hasOwn(bodyOf(operation)?.properties ?? {}, 'urn');

/** Every route, with each value that a choice in its path may have, about this setting wherever one is named. */
function requestsAbout(urn: string): readonly Request[] {
  return Object.entries(description.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      const parameters = operation.parameters ?? [];
      const paths = parameters
        .filter((one) => one.in === 'path')
        .reduce<readonly string[]>(
          (made, one) =>
            made.flatMap((so) => valuesOf(one, urn).map((value) => so.replace(`{${one.name}}`, value))),
          [path],
        );
      const query = parameters.some((one) => one.in === 'query' && one.name === 'urn') ? `?urn=${urn}` : '';
      const body = method === 'get' ? {} : { body: namesSetting(operation) ? { urn } : {} };
      return paths.map((one) => ({ method: method.toUpperCase(), path: one + query, operation, ...body }));
    }),
  );
}
const send = (who: Client, { method, path, body }: Request): Promise<Answer> =>
  who.send(method, path, body === undefined ? {} : { body });
const textOf = ({ body }: Answer): string => (typeof body === 'string' ? body : JSON.stringify(body));

describe('of the routes of the API', () => {
  it('every one that names a setting refuses whoever has others, and changes nothing', async () => {
    const about = requestsAbout(OTHER).filter(({ operation }) => namesSetting(operation));
    expect(about.length).toBeGreaterThan(60);
    const events = async (): Promise<string> =>
      textOf(done(await people.auditor.get('/api/v1/events?limit=1000')));
    const before = await events();
    let refusedAsAnothers = 0;
    for (const request of about) {
      const codes = new Set<string>();
      for (const [role, who] of limited) {
        const { status, body } = await send(who, request);
        expect({ role, ...request, status, operation: 0 }).toEqual({
          role,
          ...request,
          status: 403,
          operation: 0,
        });
        codes.add(String(body.code));
      }
      const saysSo = request.operation.responses['403']!.description.includes('NOT_YOUR_SETTING');
      expect([request.path, codes.has('IDENTITY.NOT_YOUR_SETTING')]).toEqual([request.path, saysSo]);
      if (saysSo) refusedAsAnothers += 1;
    }
    expect(refusedAsAnothers).toBeGreaterThan(25);
    expect(await events()).toBe(before);
  });

  it('none that can be read without naming one shows anything of another’s', async () => {
    const others = new RegExp(`${OTHER}|School ${OTHER}`);
    const reads = requestsAbout(OWN).filter(({ method }) => method === 'GET');
    let [answered, withheld] = [0, 0];
    for (const { path, ...request } of reads) {
      for (const asked of new Set([path, path.split('?')[0]!])) {
        const whole = textOf(await send(people.operations, { ...request, path: asked }));
        for (const [role, who] of limited) {
          const answer = await send(who, { ...request, path: asked });
          expect([role, asked, others.exec(textOf(answer))]).toEqual([role, asked, null]);
          if (answer.status === 200) answered += 1;
          if (others.test(whole)) withheld += 1;
        }
      }
    }
    expect(answered).toBeGreaterThan(40);
    // As many times the office is shown something of the other setting by the same request.
    expect(withheld).toBeGreaterThan(20);
  });
});
