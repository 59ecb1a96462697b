import { ACTIONS, type Action } from '#domain/programme';
import type { WorkItem } from '#domain/work-lists';
import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { opsProgram } from '../program.js';
import { commandFor } from './work-commands.js';

const item = (action: Action, id = 'ipswich.196001.2'): WorkItem => ({
  ...{ kind: 'tranche', id, programmeId: 'ipswich', urn: '196001', name: 'School', action },
  ...{ toDo: '', since: '', until: null, overdue: false },
});

/** The command that a line is for, and what of the line is left. */
function found(line: string): readonly [Command, readonly string[]] {
  let command = opsProgram(() => Promise.reject(new Error('nothing is run here')), false);
  const words = line.split(' ');
  for (;;) {
    const next = command.commands.find((one) => one.name() === words[0]);
    if (next === undefined) return [command, words];
    command = next;
    words.shift();
  }
}

describe('the command to type for what waits', () => {
  it.each(Object.keys(ACTIONS) as Action[])('is one that there is, with all that it takes: %s', (action) => {
    for (const line of commandFor(item(action)).split('; ')) {
      const [command, words] = found(line);
      const from = words.findIndex((word) => word.startsWith('--'));
      const [given, options] = from < 0 ? [words, []] : [words.slice(0, from), words.slice(from)];
      const wanted = command.registeredArguments.filter(({ required }) => required);
      expect(`${line}: ${given.length}`).toBe(`${line}: ${wanted.length}`);
      const flags = options.filter((word) => word.startsWith('--'));
      expect(command.options.map(({ long }) => long)).toEqual(expect.arrayContaining(flags));
      const mandatory = command.options.filter(({ mandatory: must }) => must).map(({ long }) => long);
      expect(flags).toEqual(expect.arrayContaining(mandatory));
    }
  });

  it('names the window, the tranche, the reclaim and the run that it is about', () => {
    expect(commandFor(item('submit-report'))).toBe('report submit ipswich 196001 2 FILE');
    expect(commandFor(item('approve-tranche'))).toBe('tranche approve ipswich.196001.2');
    expect(commandFor(item('approve-reclaim', 'ipswich.196001.reclaim-3'))).toBe(
      'reclaim approve ipswich 196001 3',
    );
    expect(commandFor(item('pay-tranche', 'ipswich.196001.2.7'))).toBe('bank-response import ipswich 7 FILE');
  });

  it('names who takes a part over, and asks where what was not drawn goes, where that is said', () => {
    const saying = (action: Action, toDo: string) => commandFor({ ...item(action), toDo });
    expect(saying('let-take-over', 'let setting 196101 take over its part')).toBe(
      'participation take-over ipswich 196101 --from 196001',
    );
    expect(saying('close-allocation', 'close the allocation')).not.toContain('--undrawn');
    expect(saying('close-allocation', 'close the allocation, and say with --undrawn where')).toContain(
      'allocation close ipswich 196001 --undrawn to-fund|to-successor --reason TEXT',
    );
  });
});
