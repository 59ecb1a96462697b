import { refusal, RefusalError } from '#kernel';
import type { Command } from 'commander';
import { projectionOf, projections } from '../../../composition/src/index.js';
import { Projector } from '../../../projector/src/projector.module.js';
import { withGlobals, type Register } from '../session.js';

/** `rebuild [COLLECTION]`: read models built anew from the events beside the live ones, then swapped. */
export const registerRebuild: Register = (program, session) => {
  withGlobals(program.command('rebuild [collection]'))
    .description('build one read model anew from the events, or all of them')
    .action(async (collection: string | undefined, _options: unknown, command: Command) => {
      const names = projections.map((projection) => projection.collection.name);
      if (collection !== undefined && projectionOf(collection) === undefined) {
        throw new RefusalError(
          refusal(
            'REBUILD.UNKNOWN_COLLECTION',
            'not-found',
            `there is no collection '${collection}'; there are ${names.join(', ')}`,
            { field: 'collection', collections: names },
          ),
        );
      }
      const ops = await session(command);
      const projector = ops.app.get(Projector);
      const chosen = collection === undefined ? names : [collection];
      const rebuilt: { collection: string; events: number; milliseconds: number }[] = [];
      const progress = ops.progress('collections rebuilt', chosen.length);
      for (const name of chosen) {
        const began = performance.now();
        let events = 0;
        await projector.rebuild(name, { onProgress: (progress) => (events = progress.events) });
        rebuilt.push({ collection: name, events, milliseconds: Math.round(performance.now() - began) });
        progress.advance();
      }
      progress.done();
      ops.print({ rebuilt }, () =>
        rebuilt.map((one) => `${one.collection}: ${one.events} events in ${one.milliseconds} ms`).join('\n'),
      );
    });
};
