import type { Actor } from '#kernel';

/**
 * Somebody of the demonstration. Nobody logged in: the demo played them, and what they do says so. Their issuer is
 * not that of any token, so that none of them is ever the same person as one who really signs in.
 */
function player(subject: string, role: string): Actor {
  return {
    issuer: 'tranche-demo',
    subject,
    role,
    authentication: { method: 'system', component: 'demo' },
  };
}

export const people = {
  operations: player('amina.khan', 'operations'),
  adviser: player('tom.okafor', 'adviser'),
  planApprover: player('grace.lindqvist', 'approver'),
  trancheProposer: player('amina.khan', 'operations'),
  trancheApprover: player('rhys.beaumont', 'approver'),
  payer: player('noor.castellan', 'payer'),
  /** Releases what the other payer has put together. */
  secondPayer: player('elin.marsh', 'payer'),
  board: player('chair.of.the.board', 'board'),
  seniorOwner: player('sunita.rao', 'board'),
  boardMembers: [
    player('chair.of.the.board', 'board'),
    player('sunita.rao', 'board'),
    player('ed.mallory', 'board'),
  ],
} as const;

/** Each setting has its own CPD lead, who submits its plan and reports. */
export function cpdLead(urn: string): Actor {
  return player(`cpd-lead.${urn}`, 'setting');
}
