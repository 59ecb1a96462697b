import { Problems, readCsv } from '#platform/csv';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BankAnswer } from '../bank-responses.js';
import { answerFrom, RESPONSE_COLUMNS } from './response-columns.js';

const TABLE = {
  reference: ['TR-1', 'TR-2', 'TR-3'],
  'amount (£)': ['1,234.50', '£10.00', '0.07'],
  status: ['paid', 'returned', 'settled'],
  reason: ['', 'Account closed; see letter, "2 May"', ''],
  note: ['café', 'a;b', 'c,d'],
} as const;
type Name = keyof typeof TABLE;
const NAMES = Object.keys(TABLE) as Name[];

function written(order: readonly Name[], separator: string, encoding: 'utf-8' | 'latin1'): Buffer {
  const quoted = (cell: string): string => (/[",;\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const rows = [0, 1, 2].map((row) => order.map((name) => TABLE[name][row]!));
  const lines = [order, ...rows].map((cells) => cells.map(quoted).join(separator));
  return Buffer.from(`${lines.join('\r\n')}\r\n`, encoding);
}

async function read(content: Buffer): Promise<readonly (BankAnswer | undefined)[]> {
  const problems = new Problems('bank.csv');
  const answers: (BankAnswer | undefined)[] = [];
  await readCsv(content, RESPONSE_COLUMNS, problems, (row) => answers.push(answerFrom(row, problems)));
  problems.throwIfFound();
  return answers;
}

it("the bank's answer says the same in whatever order, separator and encoding it comes", async () => {
  const plain = await read(written(NAMES, ',', 'utf-8'));
  expect(plain).toMatchObject([
    { bankReference: 'TR-1', amountPence: 123_450, failedBecause: null },
    { bankReference: 'TR-2', amountPence: 1000, failedBecause: 'Account closed; see letter, "2 May"' },
    { bankReference: 'TR-3', amountPence: 7, failedBecause: null },
  ]);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(NAMES, { minLength: NAMES.length }),
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('utf-8' as const, 'latin1' as const),
      async (order, separator, encoding) => {
        expect(await read(written(order, separator, encoding))).toEqual(plain);
      },
    ),
  );
});
