import 'reflect-metadata';
import { runBackground } from '../../composition/src/index.js';
import { Worker, WorkerModule } from './worker.module.js';

await runBackground({
  name: 'worker',
  module: WorkerModule,
  run: (app, signal) => app.get(Worker).run(signal),
  parts: (app) => app.get(Worker).parts(),
});
