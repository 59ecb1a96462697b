import { participationId, refusal, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { differenceBetween, versionsOf, type PlanDifference, type PlanVersion } from '../plan-versions.js';
import { plan } from '../plan.js';
import { planCsv } from './plan-csv.js';
import { matrixOf, type PrioritisationMatrix } from '../prioritisation.js';

interface OfOneSetting {
  readonly programmeId: string;
  readonly urn: string;
}

/** Every version of a setting's plan, the first first, with what was said of each. */
export class ListPlanVersions {
  constructor(readonly input: OfOneSetting) {}
}

/** What is otherwise in one version of a plan than in another; without versions, in the newest than in the one before. */
export class ComparePlanVersions {
  constructor(readonly input: OfOneSetting & { readonly from?: number; readonly to?: number }) {}
}

/** The actions of a version by do-ability and impact; without one, of the newest. */
export class GetPrioritisation {
  constructor(readonly input: OfOneSetting & { readonly version?: number }) {}
}

/** Every version of a plan as a spreadsheet: see `planCsv` for its lines. */
export class ExportPlanCsv {
  constructor(readonly input: OfOneSetting) {}
}

/** Reads a plan's stream: what was submitted and said is all there. */
async function versionsFrom(
  decisions: Decisions,
  { programmeId, urn }: OfOneSetting,
): Promise<readonly PlanVersion[]> {
  const { history } = await decisions.load(plan, participationId(programmeId, urn));
  const versions = versionsOf(history);
  if (versions.length > 0) return versions;
  const says = `setting ${urn} has submitted no action plan in programme ${programmeId}`;
  throw new RefusalError(refusal('PLAN.NOT_FOUND', 'not-found', says, { programmeId, urn }));
}

function versionOf(versions: readonly PlanVersion[], number: number | undefined, field: string): PlanVersion {
  const found = versions.find(({ version }) => version === number);
  if (found !== undefined) return found;
  const has = versions.map(({ version }) => version).join(', ');
  throw new RefusalError(
    refusal('PLAN.NO_SUCH_VERSION', 'not-found', `the plan has no version ${number}; it has ${has}`, {
      field,
    }),
  );
}

@QueryHandler(ListPlanVersions)
export class ListPlanVersionsHandler implements IQueryHandler<ListPlanVersions, readonly PlanVersion[]> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PLAN.NOT_FOUND` */
  execute({ input }: ListPlanVersions): Promise<readonly PlanVersion[]> {
    return versionsFrom(this.decisions, input);
  }
}

@QueryHandler(ComparePlanVersions)
export class ComparePlanVersionsHandler implements IQueryHandler<ComparePlanVersions, PlanDifference> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PLAN.NOT_FOUND`, `PLAN.NO_SUCH_VERSION` naming `from` or `to` */
  async execute({ input }: ComparePlanVersions): Promise<PlanDifference> {
    const versions = await versionsFrom(this.decisions, input);
    const to = versionOf(versions, input.to ?? versions.at(-1)?.version, 'to');
    const from = input.from ?? versions.findLast(({ version }) => version < to.version)?.version;
    return differenceBetween(versionOf(versions, from, 'from'), to);
  }
}

@QueryHandler(GetPrioritisation)
export class GetPrioritisationHandler implements IQueryHandler<GetPrioritisation, PrioritisationMatrix> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PLAN.NOT_FOUND`, `PLAN.NO_SUCH_VERSION` naming `version` */
  async execute({ input }: GetPrioritisation): Promise<PrioritisationMatrix> {
    const versions = await versionsFrom(this.decisions, input);
    return matrixOf(versionOf(versions, input.version ?? versions.at(-1)?.version, 'version').actions);
  }
}

@QueryHandler(ExportPlanCsv)
export class ExportPlanCsvHandler implements IQueryHandler<ExportPlanCsv, string> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PLAN.NOT_FOUND` */
  async execute({ input }: ExportPlanCsv): Promise<string> {
    return planCsv(await versionsFrom(this.decisions, input));
  }
}
