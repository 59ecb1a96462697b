// The whole loop wherever the engines are: every combination of embedded and real ones on one host, with the API, a
// projector and a worker as processes of their own.
import { describe, it } from '@jest/globals';
import { environmentOf, SERVERS } from '../engines/servers.js';
import { Installation } from './installation.js';
import { theLoop } from './loop.js';

/** Every choice of servers but none, which `loop.spec.ts` and `apart.spec.ts` have. */
const combinations = Array.from({ length: 2 ** SERVERS.length - 1 }, (_, index) =>
  SERVERS.filter((_server, bit) => ((index + 1) >> bit) % 2 === 1),
);

for (const servers of combinations) {
  const rest = servers.length === SERVERS.length ? '' : ', the rest embedded';
  const name = `${servers.map((server) => server.name).join(' and ')}${rest}`;
  const missing = servers.find(({ available }) => !available);
  if (missing !== undefined) {
    describe.skip(`the loop on ${name}: ${missing.missing}`, () => {
      it('goes through', () => undefined);
    });
    continue;
  }
  theLoop(name, async () => {
    const started = await Promise.all(servers.map((server) => server.start()));
    return Installation.open({
      environment: environmentOf(started),
      copies: 1,
      after: async () => {
        for (const server of started) await server.remove();
      },
    });
  });
}
