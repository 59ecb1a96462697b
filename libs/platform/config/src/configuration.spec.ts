import { describe, expect, it } from '@jest/globals';
import { isAbsolute } from 'node:path';
import { ConfigurationError, configurationTable, readConfiguration } from './configuration.js';

describe('configuration', () => {
  it('needs nothing set', () => {
    const configuration = readConfiguration({});
    expect(configuration).toMatchObject({ host: '127.0.0.1', port: 3000, logLevel: 'info' });
    expect(isAbsolute(configuration.dataFolder)).toBe(true);
    expect(configuration.maxPages).toEqual({
      events: undefined,
      readModels: undefined,
      jobs: undefined,
      records: undefined,
    });
  });

  it('takes an empty variable as unset', () => {
    expect(readConfiguration({ PORT: '', LOG_LEVEL: ' ' })).toMatchObject({ port: 3000, logLevel: 'info' });
  });

  it('names every variable with a value it cannot have, and the rule', () => {
    let caught: unknown;
    try {
      readConfiguration({ PORT: '70000', LOG_LEVEL: 'loud', EVENT_STORE_MAX_PAGES: '1' });
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(ConfigurationError);
    expect((caught as ConfigurationError).problems).toEqual([
      "PORT must be a whole number from 0 to 65535; it is '70000'",
      "LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent; it is 'loud'",
      "EVENT_STORE_MAX_PAGES must be a whole number from 8 to 4294967294; it is '1'",
    ]);
  });

  it.each([
    ['PORT', '-1'],
    ['PORT', '3000.5'],
    ['PORT', '0x10'],
    ['HOST', 'a host'],
    ['DATA_DIR', 'x'.repeat(1001)],
    ['BUSY_MILLISECONDS', 'soon'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => readConfiguration({ [name]: value })).toThrow(name);
  });

  it.each([
    ['EVENTSTORE_URL', 'esdb:// or esdb+discover:// or kurrentdb:// or kurrentdb+discover://'],
    ['MONGODB_URL', 'mongodb:// or mongodb+srv://'],
    ['REDIS_URL', 'redis:// or rediss://'],
  ])('never repeats what may hold a password: %s', (name, schemes) => {
    const read = (): unknown => readConfiguration({ [name]: 'http://somebody:a-secret@host' });
    expect(read).toThrow(new Error(`${name} must be a URL that begins with ${schemes}`));
  });

  it('leaves the background work to other processes as soon as an engine is elsewhere, unless told', () => {
    expect(readConfiguration({}).machineRoom).toBe('inside');
    expect(readConfiguration({ MACHINE_ROOM: 'apart' }).machineRoom).toBe('apart');
    for (const elsewhere of [
      { EVENTSTORE_URL: 'esdb://host:2113' },
      { MONGODB_URL: 'mongodb://host' },
      { REDIS_URL: 'redis://host' },
    ]) {
      expect(readConfiguration(elsewhere).machineRoom).toBe('apart');
      expect(readConfiguration({ ...elsewhere, MACHINE_ROOM: 'inside' }).machineRoom).toBe('inside');
    }
  });

  it('has a sentence and a passing default for each variable', () => {
    for (const variable of configurationTable) {
      expect(variable.says).not.toBe('');
      if (variable.default !== '') expect(variable.accepts(variable.default)).toBe(true);
    }
  });
});
