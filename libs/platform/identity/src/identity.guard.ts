import {
  HttpProblem,
  PUBLIC_METADATA,
  ROLES_METADATA,
  SETTING_METADATA,
  settingsNamed,
  type ActingRequest,
  type Role,
  type WhoseSetting,
} from '#platform/http';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { TokenVerifier, type Bearer } from './tokens.js';

/**
 * Who may come in: a valid token on every route that is not public, one of the route's roles if it names any, and
 * whoever acts for settings of their own only where the setting is one of those.
 */
@Injectable()
export class IdentityGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_METADATA, route) === true) return true;
    const request = context.switchToHttp().getRequest<ActingRequest>();
    const bearer = await this.verifier.fromHeader(request.headers.authorization);
    request.actor = bearer.actor;
    request.settings = bearer.settings;
    refuseRole(bearer, this.reflector.getAllAndOverride<readonly Role[] | undefined>(ROLES_METADATA, route));
    const whose = this.reflector.getAllAndOverride<WhoseSetting | undefined>(SETTING_METADATA, route);
    refuseSettings(bearer, settingsNamed(request, whose), whose);
    return true;
  }
}

function refuseRole({ actor }: Bearer, roles: readonly Role[] | undefined): void {
  if (roles === undefined || roles.includes(actor.role as Role)) return;
  throw new HttpProblem(
    403,
    'IDENTITY.ROLE_NOT_ALLOWED',
    `this needs the role ${roles.join(' or ')}; the token of ${actor.subject} is for ${actor.role}`,
    { roles, role: actor.role },
  );
}

const MOST_TOLD = 5;

/** A route that names no setting and says nothing of why is for nobody who has settings of their own only. */
function refuseSettings(
  { actor, settings }: Bearer,
  named: readonly unknown[],
  whose: WhoseSetting | undefined,
): void {
  if (settings === 'all') return;
  const asked = named.length === 0 && whose === undefined ? [undefined] : named;
  const foreign = asked.find((urn) => typeof urn !== 'string' || !settings.includes(urn));
  if (foreign === undefined && !asked.includes(undefined)) return;
  const own =
    settings.length > MOST_TOLD
      ? `${settings.length} settings`
      : `${settings.length === 1 ? 'setting' : 'settings'} ${settings.join(', ')}`;
  const urn = typeof foreign === 'string' ? foreign.slice(0, 100) : JSON.stringify(foreign)?.slice(0, 100);
  const field = whose?.is === 'named' ? whose.field : 'urn';
  throw new HttpProblem(
    403,
    'IDENTITY.NOT_YOUR_SETTING',
    urn === undefined
      ? `the token of ${actor.subject} is for ${own} only: ${field} must say which is asked for`
      : `the token of ${actor.subject} is for ${own}, and not for ${urn}`,
    { field, ...(urn === undefined ? {} : { urn }) },
  );
}
