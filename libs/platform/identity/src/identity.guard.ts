import { HttpProblem, PUBLIC_METADATA, ROLES_METADATA, type ActingRequest, type Role } from '#platform/http';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { TokenVerifier } from './tokens.js';

/** Who may come in: a valid token on every route that is not public, and one of the route's roles if it names any. */
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
    const actor = await this.verifier.fromHeader(request.headers.authorization);
    request.actor = actor;
    const roles = this.reflector.getAllAndOverride<readonly Role[] | undefined>(ROLES_METADATA, route);
    if (roles !== undefined && !roles.includes(actor.role as Role)) {
      throw new HttpProblem(
        403,
        'IDENTITY.ROLE_NOT_ALLOWED',
        `this needs the role ${roles.join(' or ')}; the token of ${actor.subject} is for ${actor.role}`,
        { roles, role: actor.role },
      );
    }
    return true;
  }
}
