import { PUBLIC_METADATA, ROLES_METADATA } from '#platform/http';
import { RequestMethod, type INestApplication } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';

type Handler = (...args: never[]) => unknown;

/**
 * A command that anybody with a token may give is a mistake nobody sees in review; so every route that is not a
 * GET must say whom it is for.
 * @throws Error naming the routes that do not
 */
export function requireDeclaredRoles(app: INestApplication): void {
  const scanner = new MetadataScanner();
  const undeclared: string[] = [];
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const prototype = metatype.prototype as Record<string, Handler>;
      for (const name of scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name]!;
        const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
        if (method === undefined || method === RequestMethod.GET) continue;
        const declares = [ROLES_METADATA, PUBLIC_METADATA].some(
          (key) => Reflect.hasMetadata(key, handler) || Reflect.hasMetadata(key, metatype),
        );
        if (!declares) undeclared.push(`${metatype.name}.${name}`);
      }
    }
  }
  if (undeclared.length > 0) throw new Error(`these routes do not declare @Roles: ${undeclared.join(', ')}`);
}
