import { createServer } from 'node:net';

/**
 * Below what the system gives to connections and to listeners that name no port (Linux: 32,768 to 60,999). A port of
 * that range, found free and let go, was taken by a connection of another test before its server could listen.
 */
const LOWEST = 10_000;
const HIGHEST = 32_000;
const TRIES = 100;

/** A port on this machine that nobody listens on now, and that nobody is given who did not ask for it. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${LOWEST} to ${HIGHEST} is free: ${TRIES} were tried`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
