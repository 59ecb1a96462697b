import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** What a person may be to the programme. One person keeps one subject whatever the role they act in. */
export const ROLES = [
  'operations',
  'setting',
  'adviser',
  'approver',
  'payer',
  'auditor',
  'board',
  'administrator',
] as const;
export type Role = (typeof ROLES)[number];

/** Who reads and acts for settings of their own only, which their token names. */
export const ROLES_OF_OWN_SETTINGS = ['setting', 'adviser'] as const satisfies readonly Role[];
type RoleOfOwnSettings = (typeof ROLES_OF_OWN_SETTINGS)[number];

/** Who sees every setting: `@Roles(...ROLES_OF_ALL_SETTINGS)` is on what shows many at once. */
export const ROLES_OF_ALL_SETTINGS = [
  'operations',
  'approver',
  'payer',
  'auditor',
  'board',
  'administrator',
] as const satisfies readonly Exclude<Role, RoleOfOwnSettings>[];

export function hasOwnSettingsOnly(role: string): role is RoleOfOwnSettings {
  return (ROLES_OF_OWN_SETTINGS as readonly string[]).includes(role);
}

export const ROLES_METADATA = 'tranche:roles';
export const PUBLIC_METADATA = 'tranche:public';

/** Who may call this route. Every route that is not a plain read declares it: the API does not start otherwise. */
export const Roles = (...roles: readonly [Role, ...Role[]]): CustomDecorator =>
  SetMetadata(ROLES_METADATA, roles);

/** Needs no token: health and documentation only. */
export const Public = (): CustomDecorator => SetMetadata(PUBLIC_METADATA, true);
