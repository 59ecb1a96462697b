import 'reflect-metadata';
import { runBackground } from '../../composition/src/index.js';
import { Projector, ProjectorModule } from './projector.module.js';

await runBackground({
  name: 'projector',
  module: ProjectorModule,
  run: (app, signal) => app.get(Projector).run(signal),
  parts: (app) => app.get(Projector).parts(),
});
