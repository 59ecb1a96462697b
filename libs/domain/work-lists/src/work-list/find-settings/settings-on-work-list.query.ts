import { requireProgramme } from '#domain/programme';
import { Decisions } from '#platform/event-store';
import { ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { SAYING_WHOSE_TURN, WhatWaits } from '../get-work-list/what-waits.js';
import { listOf, parseAction, parseDesk } from '../work-item.js';

/** The settings that wait on one desk's list for one thing to be done: URNs in order, each once. */
export class SettingsOnWorkList {
  constructor(
    readonly input: {
      readonly programmeId: string;
      /** Whose list: setting, adviser, operations, approver, payer, board or bank. */
      readonly desk: string;
      /** What is to be done, such as `submit-report`. */
      readonly action: string;
      /** Only where its last day has passed. */
      readonly overdue?: boolean;
    },
  ) {}
}

@QueryHandler(SettingsOnWorkList)
export class SettingsOnWorkListHandler implements IQueryHandler<SettingsOnWorkList, readonly string[]> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
    private readonly whatWaits: WhatWaits,
  ) {}

  /**
   * As of everything that has been recorded by now.
   * @throws RefusalError `QUERY.BAD_FILTER`, `PROGRAMME.NOT_FOUND`
   */
  async execute({ input }: SettingsOnWorkList): Promise<readonly string[]> {
    const { programmeId, overdue } = input;
    const desk = parseDesk(input.desk);
    const action = parseAction(input.action, desk);
    for (const projection of SAYING_WHOSE_TURN) await this.models.upToHead(projection);
    const { waiting, nameOf } = await this.whatWaits.of(programmeId);
    if (waiting.length === 0) await requireProgramme(this.decisions, programmeId);
    const items = listOf(desk, waiting, { programmeId, nameOf }, this.decisions.now());
    const found = items.filter(
      (one) => one.urn !== '' && one.action === action && (overdue !== true || one.overdue),
    );
    return [...new Set(found.map(({ urn }) => urn))].sort();
  }
}
